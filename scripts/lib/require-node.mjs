// Imported first by every command, before anything that an older Node could trip over.

const oldest = [20, 19]
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  console.error(
    `This needs Node ${oldest.join('.')} or newer, and this is Node ${process.versions.node}. ` +
      'Install a current Node, then run the same command again.',
  )
  process.exit(1)
}
