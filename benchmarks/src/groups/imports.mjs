// What a host's start pays for the import. Express is the host's own and not imported on either side.
import { fileURLToPath } from 'node:url'
import { foreignEnvironment, run } from '../../../scripts/lib/run.mjs'
import { median } from '../lib/numbers.mjs'
import { toMs, toRatio } from '../lib/report.mjs'

const ROUNDS = 21
const LIMIT = 1.8
const OURS = '@portal-sso/express'
const SDK = 'chargebee'

const folder = fileURLToPath(new URL('../..', import.meta.url))

/**
 * @param {'esm' | 'cjs'} format
 * @param {string} specifier
 * @returns {Promise<number>} milliseconds of the import alone, in a process of its own
 */
export async function measureImport(format, specifier) {
  const load = format === 'esm' ? 'await import' : 'require'
  const script =
    `const start = performance.now(); ${load}(${JSON.stringify(specifier)});` +
    'process.stdout.write(String(performance.now() - start))'
  const flags = [`--input-type=${format === 'esm' ? 'module' : 'commonjs'}`, '--eval', script]
  return Number(await run(process.execPath, flags, { cwd: folder, env: foreignEnvironment() }))
}

/** @param {import('../lib/scene.mjs').Surroundings} surroundings */
export async function measureImports({ say }) {
  say(`import in fresh processes, ${ROUNDS} rounds, ESM and CJS: about 15 s`)
  const rows = []
  for (const format of /** @type {const} */ (['esm', 'cjs'])) {
    const ours = []
    const sdk = []
    // The first of each warms the disk's cache.
    for (let round = -1; round < ROUNDS; round++) {
      const [own, alone] = [await measureImport(format, OURS), await measureImport(format, SDK)]
      if (round < 0) continue
      ours.push(own)
      sdk.push(alone)
    }
    const ratio = median(ours) / median(sdk)
    rows.push({
      what: `Import (${format.toUpperCase()}), against the SDK alone`,
      ours: toMs(median(ours)),
      rival: toMs(median(sdk)),
      ratio: toRatio(ratio),
      limit: `≤ ${LIMIT} of the SDK`,
      isMet: ratio <= LIMIT,
    })
  }
  return rows
}
