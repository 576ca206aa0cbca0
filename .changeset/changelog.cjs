/**
 * Changelogs for people: what a changeset says as it stands there, without hashes of commits, and without a line for
 * every package of ours that has the same new version.
 */
module.exports = {
  getReleaseLine: async ({ summary }) => `${summary}\n`,
  getDependencyReleaseLine: async () => '',
}
