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
import { runDoctor } from '../packed/doctor.mjs'
import { checkFiles, checkImports, checkSize, packAll, toFiles, unpack } from '../packed/tarballs.mjs'

/** @typedef {import('../lib/report.mjs').Report} Report */
/** @typedef {import('../packed/tarballs.mjs').Packed} Packed */

const adapters = ['express', 'koa', 'fastify']
/** Fastify brings its own typings. */
const typed = ['express', 'koa']
/** Vitest's, and with it an ES module: of no use to a host, and tried by `verify --exhaustive`. */
const forAuthors = '@portal-sso/conformance'

/**
 * Every major that an adapter promises, with its typings, in as few projects as can be: the typings of Koa do not
 * compile where npm puts those of Express 5. What no framework changes is tried in the first project: under Jest,
 * which knows nothing but CJS.
 * @type {{ name: string, majors: Record<string, number>, more: string[] }[]}
 */
const projects = [
  { name: 'express-5-fastify-5', majors: { express: 5, fastify: 5 }, more: ['koa@3', 'jest@30'] },
  { name: 'koa-3', majors: { koa: 3 }, more: [] },
  { name: 'express-4-koa-2', majors: { express: 4, koa: 2 }, more: [] },
]

/**
 * Checks the tarballs that publishing would upload, with the tools and as their users would use them.
 * @param {Report} report
 */
export async function checkPacked(report) {
  const folder = await createTempFolder('packed')
  /** @type {Packed[]} */
  let packages = []
  const packed = await report.check('packed: tarballs', async () => {
    packages = await packAll(folder)
  })
  if (!packed) return
  await Promise.all([
    ...packages.flatMap(({ name, tarball }) => [
      report.check(`packed: ${name}: publint`, () => tool('publint', ['--strict', tarball])),
      report.check(`packed: ${name}: are the types wrong?`, () =>
        tool('attw', [tarball, ...(name === forAuthors ? ['--profile', 'esm-only'] : [])]),
      ),
    ]),
    ...packages.map((one) => checkContents(report, folder, one)),
    ...projects.map((project) => checkProject(report, folder, packages, project)),
  ])
}

/**
 * @param {Report} report
 * @param {string} folder
 * @param {Packed[]} packages
 * @param {typeof projects[number]} project
 */
async function checkProject(report, folder, packages, { name: project, majors, more }) {
  const home = join(folder, project)
  const frameworks = Object.entries(majors)
  const named = [...Object.keys(majors), ...more.map((range) => range.replace(/@.*/, ''))]
  // npm would install the framework of an adapter that nothing here needs.
  const needless = [
    forAuthors,
    ...adapters.filter((name) => !named.includes(name)).map((name) => `@portal-sso/${name}`),
  ]
  const wanted = packages.filter(({ name }) => !needless.includes(name))
  const installed = await report.check(`packed: ${project}: npm install`, () =>
    createConsumer(
      home,
      [...frameworks.map(([name]) => name), ...(more.length > 0 ? ['jest'] : [])],
      [
        ...wanted.map(({ tarball }) => tarball),
        ...frameworks.map(([name, major]) => `${name}@${major}`),
        ...frameworks
          .filter(([name]) => typed.includes(name))
          .map(([name, major]) => `@types/${name}@${major}`),
        ...more,
      ],
    ),
  )
  if (!installed) return
  const titles = frameworks.map(([name, major]) => `${name} ${major}`)
  await Promise.all([
    ...frameworks.flatMap(([name], i) => [
      report.check(`packed: ${titles[i]}: ESM`, () => runScript(home, `${name}/main.mjs`)),
      report.check(`packed: ${titles[i]}: CJS`, () =>
        runScript(home, `${name}/main.cjs`, [withoutRequireOfEsm]),
      ),
    ]),
    report.check(`packed: ${titles.join(', ')}: types in .mts and .cts`, () => runTypeScript(home)),
    ...(more.length > 0 ? checkOnce(report, home, wanted) : []),
  ])
}

/**
 * @param {Report} report
 * @param {string} home
 * @param {Packed[]} packages
 */
function checkOnce(report, home, packages) {
  return [
    report.check('packed: jest: CJS, without a transform', () => runJest(home)),
    report.check('packed: the command of the emulator', () => runEmulatorCommand(home)),
    report.check('packed: the doctor', () => runDoctor(home)),
    ...packages.map(({ name }) =>
      report.check(`packed: ${name}: no dependency is ESM only`, () =>
        runScript(home, 'shared/require-all.cjs', [withoutRequireOfEsm], [name, home]),
      ),
    ),
    ...adapters.map((name) =>
      report.check(`packed: ${name}: small beside the SDK`, () => checkSize(home, `@portal-sso/${name}`)),
    ),
  ]
}

/**
 * @param {Report} report
 * @param {string} folder
 * @param {Packed} packed
 */
async function checkContents(report, folder, { name, tarball }) {
  const home = await unpack(tarball, join(folder, 'contents', name))
  const manifest = await readManifest(home)
  const files = await toFiles(home)
  await report.check(`packed: ${name}: files`, () => checkFiles(files, manifest))
  await report.check(`packed: ${name}: imports`, () => checkImports(files, manifest, home))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const report = createReport()
  if (await report.check('build', () => pnpm(['run', 'build']))) await checkPacked(report)
  process.exitCode = report.finish()
}
