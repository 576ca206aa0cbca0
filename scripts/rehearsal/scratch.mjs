import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { refuse } from '../lib/report.mjs'
import { pnpm, run } from '../lib/run.mjs'
import { readManifest, root } from '../lib/workspace.mjs'

/** Where the rehearsal says that the repository is; no one can have it. */
export const REPOSITORY = 'https://code.invalid/owner/portal-sso'

const author = { name: 'rehearsal', email: 'rehearsal@code.invalid' }
const identity = {
  GIT_AUTHOR_NAME: author.name,
  GIT_AUTHOR_EMAIL: author.email,
  GIT_COMMITTER_NAME: author.name,
  GIT_COMMITTER_EMAIL: author.email,
}

/**
 * Copies the workspace, as it is now, into a repository of its own: what a release changes is changed there.
 * @param {string} folder
 */
export async function copyWorkspace(folder) {
  const listed = await run('git', [
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    '--deduplicate',
  ])
  const files = listed.split('\0').filter(Boolean)
  await Promise.all(files.map((file) => cp(join(root, file), join(folder, file), { recursive: true })))
  for (const args of [
    ['init', '--quiet'],
    ['add', '--all'],
    ['commit', '--quiet', '--message', 'all'],
  ])
    await run('git', args, { cwd: folder, env: { ...process.env, ...identity } })
  await pnpm(['install', '--frozen-lockfile', '--prefer-offline'], { cwd: folder })
}

/**
 * Numbers the packages with one change more than there is already, so that there is something to number.
 * @param {string} folder
 * @returns {Promise<{ name: string, version: string }[]>} the public packages
 */
export async function numberPackages(folder) {
  const change = "---\n'@portal-sso/core': patch\n---\n\nWhat the rehearsal changes.\n"
  await writeFile(join(folder, '.changeset/rehearsal.md'), change)
  await pnpm(['exec', 'changeset', 'version'], { cwd: folder, env: { ...process.env, ...identity } })
  const packages = await readPublic(folder)
  const [first] = packages
  const changes = await readFile(join(folder, 'packages/core/CHANGELOG.md'), 'utf8')
  refuse([
    ...packages
      .filter(({ version }) => version !== first?.version || version === '0.0.0')
      .map(({ name, version }) => `${name} has the version ${version}, and ${first?.name} ${first?.version}`),
    ...(changes.includes('What the rehearsal changes.') ? [] : ['the CHANGELOG of core misses a change']),
  ])
  return packages
}

/** @param {string} folder */
async function readPublic(folder) {
  const names = await readdir(join(folder, 'packages'))
  const manifests = await Promise.all(names.map((name) => readManifest(join(folder, 'packages', name))))
  return manifests
    .filter((manifest) => manifest.private !== true)
    .map(({ name, version }) => ({ name, version: String(version) }))
}

/** @param {string} folder @param {string | undefined} repository */
export async function nameRepository(folder, repository) {
  const manifest = await readManifest(folder)
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, repository }, null, 2))
}

/**
 * Runs `release` of the copy.
 * @param {string} folder
 * @param {{ url: string, token: string }} registry
 * @returns {Promise<string>} what it has said
 */
export async function release(folder, { url, token }) {
  const npmrc = join(folder, '..', 'npmrc')
  const own = await readFile((await run('npm', ['config', 'get', 'userconfig'])).trim(), 'utf8').catch(
    () => '',
  )
  const lines = [own, `@portal-sso:registry=${url}/`, `${url.replace('http:', '')}/:_authToken=${token}`]
  await writeFile(npmrc, lines.join('\n'))
  return run(process.execPath, ['scripts/release.mjs'], {
    cwd: folder,
    env: { ...process.env, ...identity, npm_config_userconfig: npmrc },
  })
}
