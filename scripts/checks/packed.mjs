import '../lib/require-node.mjs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createReport } from '../lib/report.mjs'
import { pnpm, tool } from '../lib/run.mjs'
import { createTempFolder } from '../lib/temp-folder.mjs'
import { readManifest } from '../lib/workspace.mjs'
import {
  createConsumer,
  runEmulatorCommand,
  runJest,
  runScript,
  runTypeScript,
  withoutRequireOfEsm,
} from '../packed/consumers.mjs'
import { checkFiles, checkImports, packAll, toFiles } from '../packed/tarballs.mjs'

/** Every major that an adapter promises, with its typings, in a project of its own. */
const hosts = [
  { framework: 'express', major: 5 },
  { framework: 'express', major: 4 },
  { framework: 'koa', major: 3 },
  { framework: 'koa', major: 2 },
]

/** Checks the tarballs that publishing would upload, with the tools and as their users would use them. */
export async function checkPacked(report) {
  const folder = await createTempFolder('packed')
  let packages = []
  const packed = await report.check('packed: tarballs', async () => {
    packages = await packAll(folder)
  })
  if (!packed) return
  await Promise.all([
    ...packages.flatMap(({ name, tarball }) => [
      report.check(`packed: ${name}: publint`, () => tool('publint', ['--strict', tarball])),
      report.check(`packed: ${name}: are the types wrong?`, () => tool('attw', [tarball])),
    ]),
    ...hosts.map((host) => checkHost(report, folder, packages, host)),
    checkAllTogether(report, folder, packages),
  ])
}

async function checkHost(report, folder, packages, { framework, major }) {
  const title = `packed: ${framework} ${major}`
  const home = join(folder, `${framework}-${major}`)
  const ours = ['core', 'emulator', framework].map((name) => `@portal-sso/${name}`)
  const tarballs = packages.filter(({ name }) => ours.includes(name)).map(({ tarball }) => tarball)
  const installed = await report.check(`${title}: npm install`, () =>
    createConsumer(framework, home, [...tarballs, `${framework}@${major}`, `@types/${framework}@${major}`]),
  )
  if (!installed) return
  await Promise.all([
    report.check(`${title}: ESM`, () => runScript(home, 'main.mjs')),
    report.check(`${title}: CJS`, () => runScript(home, 'main.cjs', [withoutRequireOfEsm])),
    report.check(`${title}: types in .mts and .cts`, () => runTypeScript(home)),
  ])
}

/** What no framework changes, where every package is installed: under Jest, which knows nothing but CJS. */
async function checkAllTogether(report, folder, packages) {
  const home = join(folder, 'jest')
  const tarballs = packages.map(({ tarball }) => tarball)
  const installed = await report.check('packed: jest: npm install', () =>
    createConsumer('jest', home, [...tarballs, 'express@5', 'koa@3']),
  )
  if (!installed) return
  await Promise.all([
    report.check('packed: jest: CJS, without a transform', () => runJest(home)),
    report.check('packed: the command of the emulator', () => runEmulatorCommand(home)),
    ...packages.flatMap(({ name }) => checkContents(report, home, name)),
  ])
}

function checkContents(report, home, name) {
  const folder = join(home, 'node_modules', name)
  const withContents = (check) => async () => check(await toFiles(folder), await readManifest(folder), folder)
  return [
    report.check(`packed: ${name}: files`, withContents(checkFiles)),
    report.check(`packed: ${name}: imports`, withContents(checkImports)),
    report.check(`packed: ${name}: no dependency is ESM only`, () =>
      runScript(home, 'shared/require-all.cjs', [withoutRequireOfEsm], [name, home]),
    ),
  ]
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const report = createReport()
  if (await report.check('build', () => pnpm(['run', 'build']))) await checkPacked(report)
  process.exitCode = report.finish()
}
