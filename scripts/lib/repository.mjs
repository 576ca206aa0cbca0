import { readFile, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { CheckError } from './report.mjs'
import { readManifest, root } from './workspace.mjs'

/**
 * Where the source can be read: `repository` in the workspace's package.json, the one place where it is written.
 * Published packages get their addresses and links from it when they are packed.
 * @returns {Promise<string | undefined>} without a slash at its end; undefined as long as it is not named
 */
export async function readRepository() {
  const { repository } = await readManifest(root)
  if (repository === undefined) return undefined
  const address = String(repository)
  if (!/^https:\/\/[^/\s]+\/[^\s?#]+$/.test(address) || /(\.git|\/)$/.test(address))
    throw new CheckError(
      `"repository" in package.json is ${address}; it has to be the address of a page, as in https://host/owner/name.`,
    )
  return address
}

/**
 * The page that explains errors and lines of the log, one anchor for each; the build of core puts its address in.
 * @returns {Promise<string | undefined>} undefined as long as the repository is not named
 */
export async function readTroubleshooting() {
  const repository = await readRepository()
  return repository && `${repository}/blob/HEAD/docs/troubleshooting.md`
}

/**
 * Writes the addresses of the source into a package that was packed and unpacked again.
 * @param {string} folder the unpacked package
 * @param {string} repository
 * @param {string} directory of the package in the repository: `packages/core`
 */
export async function writeAddresses(folder, repository, directory) {
  const manifest = await readManifest(folder)
  const home = `${repository}/tree/HEAD/${directory}#readme`
  const addresses = {
    homepage: home,
    bugs: { url: `${repository}/issues` },
    repository: { type: 'git', url: `git+${repository}.git`, directory },
  }
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ ...manifest, ...addresses }, null, 2)}\n`)
  const readme = join(folder, 'README.md')
  await writeFile(readme, withAbsoluteLinks(await readFile(readme, 'utf8'), repository, directory))
}

const LINK = /(\]\()(?![a-z][a-z0-9+.-]*:|#|\/)([^)\s]+)/gi

/**
 * A README whose links work wherever it is shown, since npm's page does not resolve them.
 * @param {string} text
 * @param {string} repository
 * @param {string} directory
 */
export function withAbsoluteLinks(text, repository, directory) {
  return text.replace(LINK, (_all, start, target) => {
    const kind = /\.(png|svg|jpe?g|gif|webp)$/i.test(target) ? 'raw' : 'blob'
    return `${start}${repository}/${kind}/HEAD/${posix.join(directory, target)}`
  })
}
