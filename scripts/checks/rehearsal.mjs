import '../lib/require-node.mjs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { toFileOf } from '../lib/doc-code.mjs'
import { readPage } from '../lib/markdown.mjs'
import { createReport, refuse } from '../lib/report.mjs'
import { foreignEnvironment, run } from '../lib/run.mjs'
import { createTempFolder } from '../lib/temp-folder.mjs'
import { add } from '../packed/consumers.mjs'
import { checkProject, projects } from '../packed/projects.mjs'
import { checkUninstalled, ownFiles } from '../rehearsal/left-behind.mjs'
import { startRegistry } from '../rehearsal/registry.mjs'
import { copyWorkspace, nameRepository, numberPackages, REPOSITORY, release } from '../rehearsal/scratch.mjs'

/** @typedef {import('../lib/report.mjs').Report} Report */
/** @typedef {import('../packed/consumers.mjs').Manager} Manager */

/**
 * A whole release, to a registry on this machine: numbered, built, published, installed, started, clicked, uninstalled.
 * @param {Report} report
 */
export async function checkRelease(report) {
  const folder = await createTempFolder('rehearsal')
  const copy = join(folder, 'workspace')
  /** @type {Awaited<ReturnType<typeof startRegistry>> | undefined} */
  let registry
  /** @type {Awaited<ReturnType<typeof numberPackages>>} */
  let packages = []
  try {
    const isReady = await Promise.all([
      report.check('rehearsal: a registry', async () => {
        registry = await startRegistry(join(folder, 'registry'))
      }),
      report.check('rehearsal: one version for all packages, with a CHANGELOG', async () => {
        await copyWorkspace(copy)
        packages = await numberPackages(copy)
      }),
    ])
    if (!registry || isReady.includes(false)) return
    const { url } = registry
    const to = registry
    await report.check('rehearsal: no release as long as the repository is not named', async () => {
      await nameRepository(copy, undefined)
      await release(copy, to).then(
        () => refuse(['it went on']),
        (error) => refuse(/not named yet/.test(error.all) ? [] : [error.all]),
      )
    })
    const isPublished = await report.check('rehearsal: published', async () => {
      await nameRepository(copy, REPOSITORY)
      await release(copy, to)
      refuse((await Promise.all(packages.map((one) => faultsOf(url, one)))).flat())
    })
    if (!isPublished) return
    await report.check('rehearsal: what is published already is not published again', () => release(copy, to))
    const npmrc = `@portal-sso:registry=${url}/\n`
    for (const manager of /** @type {const} */ (['npm', 'pnpm'])) {
      const source = {
        manager,
        packages: packages.map(({ name, version }) => ({ name, wanted: `${name}@${version}` })),
      }
      await checkManager(report, join(folder, manager), { ...source, npmrc })
    }
    await checkGuide(report, join(folder, 'guide'), npmrc)
  } finally {
    await registry?.close()
  }
}

/**
 * @param {string} url
 * @param {{ name: string, version: string }} published
 * @returns {Promise<string[]>}
 */
async function faultsOf(url, { name, version }) {
  const answer = await fetch(`${url}/${name.replace('/', '%2f')}/${version}`)
  if (!answer.ok) return [`${name}@${version} is not there: ${answer.status}`]
  const { repository, scripts = {} } = /** @type {Record<string, any>} */ (await answer.json())
  return [
    ...(repository?.url === `git+${REPOSITORY}.git`
      ? []
      : [`${name} links to ${JSON.stringify(repository)}`]),
    // What would run on a user's machine.
    ...Object.keys(scripts)
      .filter((script) => /install|^prepare$/.test(script))
      .map((script) => `${name} has the script ${script}`),
  ]
}

/**
 * @param {Report} report
 * @param {string} folder
 * @param {{ manager: Manager, packages: { name: string, wanted: string }[], npmrc: string }} source
 */
async function checkManager(report, folder, source) {
  const { manager } = source
  const title = `rehearsal: ${manager}`
  for (const project of projects) {
    const installed = await checkProject(
      report,
      folder,
      { ...source, title, resolutions: ['nodenext', 'bundler'] },
      project,
    )
    if (!installed) return
    const before = await ownFiles(installed.home)
    await report.check(`${title}: ${project.name}: uninstalling leaves nothing`, () =>
      checkUninstalled({ ...installed, manager, before }),
    )
  }
}

/**
 * The guide for authors of adapters, followed word by word.
 * @param {Report} report
 * @param {string} folder
 * @param {string} npmrc
 */
async function checkGuide(report, folder, npmrc) {
  await report.check('rehearsal: the guide for authors of adapters', async () => {
    await mkdir(folder)
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    await writeFile(join(folder, '.npmrc'), npmrc)
    const { blocks } = await readPage('packages/conformance/README.md')
    for (const block of blocks) {
      const file = toFileOf(block)
      if (file !== undefined) await writeFile(join(folder, basename(file)), `${block.code}\n`)
    }
    await add(folder, ['@portal-sso/core', '@portal-sso/conformance', 'vitest@4'], 'npm')
    await run('npx', ['--no', 'vitest', 'run', '-t', 'link-'], { cwd: folder, env: foreignEnvironment() })
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const report = createReport()
  await checkRelease(report)
  process.exitCode = report.finish()
}
