// What an installation takes on disk. Express, the peer, is the host's own and installed on neither side.
import { lstat, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { foreignEnvironment, pnpm, run } from '../../../scripts/lib/run.mjs'
import { createTempFolder } from '../../../scripts/lib/temp-folder.mjs'
import { root } from '../../../scripts/lib/workspace.mjs'
import { toMegabytes } from '../lib/report.mjs'

const LIMIT_BYTES = 5e6
const BLOCK_BYTES = 512

/** @param {import('../lib/scene.mjs').Surroundings} surroundings */
export async function measureSize({ say }) {
  say('installed size, packed and installed with npm: about 20 s')
  const folder = await createTempFolder('bench-size')
  const tarballs = await Promise.all(['core', 'express'].map((name) => pack(name, folder)))
  const ours = await install(join(folder, 'ours'), tarballs)
  const sdk = await install(join(folder, 'sdk'), ['chargebee@^3.33.0'])
  const added = ours - sdk
  return [
    {
      what: 'Installed, over the SDK alone',
      ours: `${toMegabytes(ours)} (+ ${toMegabytes(added)})`,
      rival: toMegabytes(sdk),
      limit: `+ ${toMegabytes(LIMIT_BYTES)}`,
      isMet: added <= LIMIT_BYTES,
    },
  ]
}

/** @param {string} name @param {string} folder */
async function pack(name, folder) {
  const cwd = join(root, 'packages', name)
  const output = await pnpm(['pack', '--json', '--pack-destination', folder], { cwd })
  // Warnings may stand before the JSON.
  return /** @type {string} */ (JSON.parse(output.slice(output.search(/^\{/m))).filename)
}

/**
 * @param {string} folder
 * @param {string[]} wanted
 * @returns {Promise<number>} bytes on disk
 */
async function install(folder, wanted) {
  await mkdir(folder)
  // The last one: without the peers.
  const flags = ['--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', '--legacy-peer-deps']
  await run('npm', ['install', '--prefix', folder, ...flags, ...wanted], {
    cwd: folder,
    env: foreignEnvironment(),
  })
  return diskUsage(join(folder, 'node_modules'))
}

/** @param {string} folder @returns {Promise<number>} */
async function diskUsage(folder) {
  const entries = await readdir(folder, { recursive: true })
  const paths = [folder, ...entries.map((entry) => join(folder, entry))]
  const sizes = await Promise.all(paths.map(async (path) => (await lstat(path)).blocks * BLOCK_BYTES))
  return sizes.reduce((sum, size) => sum + size, 0)
}
