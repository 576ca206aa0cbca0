import '../lib/require-node.mjs'
import { pathToFileURL } from 'node:url'
import { createReport } from '../lib/report.mjs'
import { tool } from '../lib/run.mjs'

// The adapters promise two majors each, and the root project sees one: the other's typings come in by a path.
const projects = [
  ['everything', 'tsconfig.json'],
  ['@portal-sso/express on the typings of Express 4', 'packages/express/tsconfig.express4.json'],
  ['@portal-sso/koa on the typings of Koa 2', 'packages/koa/tsconfig.koa2.json'],
]

export async function typecheck(report) {
  await Promise.all(
    projects.map(([what, file]) =>
      report.check(`types: ${what}`, () => tool('tsc', ['-p', file, '--pretty', 'false'])),
    ),
  )
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const report = createReport()
  await typecheck(report)
  process.exitCode = report.finish()
}
