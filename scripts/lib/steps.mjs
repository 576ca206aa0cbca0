import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { checkDemo } from '../checks/demo.mjs'
import { checkNodes } from '../checks/nodes.mjs'
import { checkPacked } from '../checks/packed.mjs'
import { ensureSystemPackages } from '../checks/system-packages.mjs'
import { typecheck } from '../checks/types.mjs'
import { pnpm, run, tool } from './run.mjs'
import { runVitest } from './vitest.mjs'
import { root } from './workspace.mjs'

/** @typedef {import('./report.mjs').Report} Report */
/** @typedef {import('./report.mjs').Step & { run: (report: Report) => unknown }} RunnableStep */

const adapters = ['express*', 'koa*', 'fastify*', 'node-http'].flatMap((name) => ['--project', name])
/** Whatever project there is beside those that have a step of their own: none can be forgotten here. */
const others = ['core', 'emulator', 'redis', 'express*', 'koa*', 'fastify*', 'node-http'].flatMap((name) => [
  '--project',
  `!${name}`,
])

/** Sources only: what a test imports is its own affair. */
const imports = ['--config', '.dependency-cruiser.mjs', ...sourceFolders()]

/** @type {(title: string, name: string, budget: number, args: string[]) => RunnableStep} */
const tests = (title, name, budget, args) => ({
  name,
  title,
  budget,
  run: (report) => runVitest(report, { args }),
})

/** @type {Promise<boolean> | undefined} */
let building

/** Built once a run, whichever step needs it first. */
function build(/** @type {Report} */ report) {
  building ??= report.check('build', () => pnpm(['run', 'build']))
  return building
}

function sourceFolders() {
  const folders = ['packages', 'examples'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => `${parent}/${name}/src`),
  )
  return [...folders.filter((folder) => existsSync(join(root, folder))), 'benchmarks/src', 'scripts']
}

/**
 * What `verify` checks. The budgets, in seconds of processor time, are what keeps it under five minutes on two cores:
 * who needs more in one of them looks for it in another.
 * @type {readonly RunnableStep[]}
 */
export const everyday = [
  {
    name: 'system',
    title: 'What tests need beyond npm',
    budget: 1,
    run: (report) => ensureSystemPackages(report),
  },
  {
    name: 'lint',
    title: 'Format, rules, what is unused, who imports whom',
    budget: 15,
    run: (report) =>
      Promise.all([
        report.check('biome', () => tool('biome', ['check', '.'])),
        report.check('knip', () => tool('knip', ['--no-progress', '--no-config-hints'])),
        report.check('dependency-cruiser', () => tool('depcruise', imports)),
      ]),
  },
  {
    name: 'scripts',
    title: 'The scripts themselves',
    budget: 10,
    run: (report) =>
      Promise.all(
        ['verify', 'packed'].map((name) =>
          report.check(`scripts: ${name}`, () =>
            run(process.execPath, ['--test', `scripts/test/${name}.test.mjs`]),
          ),
        ),
      ),
  },
  { name: 'types', title: 'Types', budget: 25, run: typecheck },
  tests('Core, with the fault matrix and the model', 'core', 75, ['--project', 'core']),
  tests('The emulator', 'emulator', 24, ['--project', 'emulator']),
  tests('The adapters: conformance and killed hosts', 'adapters', 115, adapters),
  tests('The store on Redis', 'redis', 15, ['--project', 'redis']),
  tests('The examples, in a browser', 'examples', 60, others),
  { name: 'build', title: 'Build', budget: 20, run: build },
  { name: 'demo', title: 'The demo command', budget: 15, run: checkDemo },
  {
    name: 'packed',
    title: 'The packed packages, as their users get them',
    budget: 45,
    run: whenBuilt('packed', checkPacked),
  },
]

/**
 * What only `verify --exhaustive` checks.
 * @type {readonly RunnableStep[]}
 */
export const exhaustive = [
  {
    name: 'long',
    title: 'Every check at every mount, and what else takes long',
    budget: 300,
    run: (report) =>
      runVitest(report, {
        args: ['--mode', 'exhaustive'],
        mustRun: ['express5', 'express4', 'koa3', 'koa2'],
      }),
  },
  {
    name: 'model',
    title: 'The model of the promises, in other and more runs',
    budget: 400,
    run: (report) =>
      runVitest(report, {
        args: ['--project', 'core', 'test/model/'],
        env: { PORTAL_SSO_RUNS: '15000', ...(process.env.CI === 'true' && { PORTAL_SSO_SEED: '20261123' }) },
      }),
  },
  {
    name: 'nodes',
    title: 'The fault matrix under other Nodes',
    budget: 120,
    run: (report) => checkNodes(report),
  },
]

/**
 * @param {string} name
 * @param {(report: Report) => unknown} check
 */
function whenBuilt(name, check) {
  return async (/** @type {Report} */ report) => {
    if (await build(report)) await check(report)
    else report.fail(name, 'Not run: the build failed.')
  }
}
