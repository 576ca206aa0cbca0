import '../../scripts/lib/require-node.mjs'
import { access, readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createTempFolder } from '../../scripts/lib/temp-folder.mjs'
import { root } from '../../scripts/lib/workspace.mjs'
import { measureBurst } from './groups/burst.mjs'
import { measureClicks } from './groups/click.mjs'
import { measureClosing } from './groups/close.mjs'
import { measureCookies } from './groups/cookies.mjs'
import { measureProcessorTime } from './groups/cpu.mjs'
import { measureHangs } from './groups/hang.mjs'
import { measureHeap } from './groups/heap.mjs'
import { measureImports } from './groups/imports.mjs'
import { measureLogouts } from './groups/logout.mjs'
import { measureSize } from './groups/size.mjs'
import { measureTransports } from './groups/transport.mjs'
import { measureUnrelated } from './groups/unrelated.mjs'
import { createCertificate } from './lib/certificate.mjs'
import { checkNetwork } from './lib/check-network.mjs'
import { stopParties } from './lib/processes.mjs'
import { replaceTable, toLine, toMarkdown } from './lib/report.mjs'

/**
 * @typedef {object} Group
 * @property {string} name
 * @property {(surroundings: import('./lib/scene.mjs').Surroundings) => Promise<import('./lib/report.mjs').Row[]>} measure
 * @property {boolean} [hasNetwork] true where left out; without one, it does not matter how true the simulated one is
 * @property {boolean} [together] no matter of time: runs at the end, side by side with others of this kind
 */

/** @type {Group[]} */
const GROUPS = [
  { name: 'click', measure: measureClicks },
  { name: 'logout', measure: measureLogouts },
  { name: 'cpu', hasNetwork: false, measure: measureProcessorTime },
  { name: 'cookies', hasNetwork: false, measure: measureCookies },
  { name: 'unrelated', hasNetwork: false, measure: measureUnrelated },
  { name: 'burst', measure: measureBurst },
  { name: 'import', hasNetwork: false, measure: measureImports },
  { name: 'transport', measure: measureTransports },
  { name: 'hang', measure: measureHangs },
  { name: 'close', measure: measureClosing, together: true },
  { name: 'heap', measure: measureHeap, together: true },
  { name: 'size', hasNetwork: false, measure: measureSize, together: true },
]

const USAGE = `pnpm bench [GROUP…] [--write FILE] [--cpu-prof FOLDER]

GROUP             ${GROUPS.map(({ name }) => name).join(', ')}; all of them if none is named
--write FILE      put the table between the markers <!-- bench:start --> and <!-- bench:end --> of FILE
--cpu-prof FOLDER CPU profiles of all hosts, for example of: pnpm bench cpu --cpu-prof profiles
`

/** @param {string} text */
const print = (text) => void process.stdout.write(`${text}\n`)

const started = performance.now()
/** @param {string} line */
const say = (line) => print(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${line}`)

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
  process.exitCode = 1
} finally {
  await stopParties()
}

/** @returns {Promise<number>} the exit code: missing a number is a result, not a failure */
async function main() {
  const { values, positionals } = readArguments()
  if (values.help) {
    print(USAGE)
    return 0
  }
  const unknown = positionals.filter((name) => !GROUPS.some((group) => group.name === name))
  if (unknown.length > 0) throw new Error(`there is no group ${unknown.join(', ')}\n\n${USAGE}`)
  const groups = GROUPS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  if (values.write && groups.length < GROUPS.length) throw new Error('--write takes all groups')
  // Before minutes have gone by.
  if (values.write) replaceTable(await readFile(values.write, 'utf8'), '')
  await checkBuild()

  const folder = await createTempFolder('bench')
  const profileFolder = values['cpu-prof'] && resolve(values['cpu-prof'])
  const surroundings = { certificate: await createCertificate(folder), profileFolder, say }
  if (groups.some(({ hasNetwork = true }) => hasNetwork)) await checkNetwork(surroundings)

  /** @type {Map<Group, import('./lib/report.mjs').Row[]>} */
  const results = new Map()
  /** @param {Group} group */
  const run = async (group) => {
    const rows = await group.measure(surroundings)
    for (const row of rows) print(toLine(row))
    results.set(group, rows)
  }
  for (const group of groups.filter(({ together }) => !together)) await run(group)
  await Promise.all(groups.filter(({ together }) => together).map(run))

  const rows = groups.flatMap((group) => results.get(group) ?? [])
  const table = toMarkdown(rows, new Date())
  print(`\n${table}\n`)
  const limited = rows.filter(({ isMet }) => isMet !== undefined)
  print(`${limited.filter(({ isMet }) => isMet).length} of ${limited.length} numbers met`)
  if (values.write) await writeFile(values.write, replaceTable(await readFile(values.write, 'utf8'), table))
  return 0
}

function readArguments() {
  return parseArgs({
    // pnpm hands on the `--` of `pnpm bench -- click`.
    args: process.argv.slice(2).filter((argument) => argument !== '--'),
    allowPositionals: true,
    options: {
      write: { type: 'string' },
      'cpu-prof': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

async function checkBuild() {
  for (const name of ['core', 'express']) {
    for (const file of ['index.js', 'index.cjs']) {
      await access(`${root}packages/${name}/dist/${file}`).catch(() => {
        throw new Error(`packages/${name}/dist/${file} is missing: run pnpm build first`)
      })
    }
  }
}
