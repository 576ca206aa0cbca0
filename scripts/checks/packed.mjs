import '../lib/require-node.mjs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createReport } from '../lib/report.mjs'
import { pnpm, tool } from '../lib/run.mjs'
import { createTempFolder } from '../lib/temp-folder.mjs'
import { readManifest } from '../lib/workspace.mjs'
import { runEmulatorCommand, runScript, withoutRequireOfEsm } from '../packed/consumers.mjs'
import { runDoctor } from '../packed/doctor.mjs'
import { adapters, checkProject, forAuthors, projects } from '../packed/projects.mjs'
import { checkFiles, checkImports, checkSize, packAll, toFiles, unpack } from '../packed/tarballs.mjs'

/** @typedef {import('../lib/report.mjs').Report} Report */
/** @typedef {import('../packed/tarballs.mjs').Packed} Packed */

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
    ...projects.map((project) => checkInstalled(report, folder, packages, project)),
  ])
}

/**
 * @param {Report} report
 * @param {string} folder
 * @param {Packed[]} packages
 * @param {typeof projects[number]} project
 */
async function checkInstalled(report, folder, packages, project) {
  const source = {
    title: 'packed',
    packages: packages.map(({ name, tarball }) => ({ name, wanted: tarball })),
  }
  const installed = await checkProject(report, folder, source, project)
  if (installed && project.more.length > 0)
    await Promise.all(checkOnce(report, installed.home, installed.names))
}

/**
 * @param {Report} report
 * @param {string} home
 * @param {readonly string[]} names of what is installed of ours
 */
function checkOnce(report, home, names) {
  return [
    report.check('packed: the command of the emulator', () => runEmulatorCommand(home)),
    report.check('packed: the doctor', () => runDoctor(home)),
    ...names.map((name) =>
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
