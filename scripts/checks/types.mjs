import '../lib/require-node.mjs'
import { pathToFileURL } from 'node:url'
import { createReport } from '../lib/report.mjs'
import { tool } from '../lib/run.mjs'
import { checkDocs, checkTypesWithDocs } from './docs.mjs'
import { checkDocstrings } from './docstrings.mjs'

// The adapters promise two majors each, and the root project sees one: the other's typings come in by a path.
/** @type {[what: string, file: string][]} */
const projects = [
  ['scripts and benchmarks', 'tsconfig.scripts.json'],
  ['the adapters on the typings of Express 4 and Koa 2', 'tsconfig.other-majors.json'],
]

/** @param {import('../lib/report.mjs').Report} report */
export async function typecheck(report) {
  await Promise.all([
    checkTypesWithDocs(report),
    checkDocs(report),
    checkDocstrings(report),
    ...projects.map(([what, file]) =>
      report.check(`types: ${what}`, () => tool('tsc', ['-p', file, '--pretty', 'false'])),
    ),
  ])
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const report = createReport()
  await typecheck(report)
  process.exitCode = report.finish()
}
