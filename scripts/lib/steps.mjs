import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { checkDemo } from '../checks/demo.mjs'
import { checkNodes } from '../checks/nodes.mjs'
import { checkPacked } from '../checks/packed.mjs'
import { checkRelease } from '../checks/rehearsal.mjs'
import { checkStacks } from '../checks/stacks.mjs'
import { ensureSystemPackages } from '../checks/system-packages.mjs'
import { typecheck } from '../checks/types.mjs'
import { pnpm, run, tool } from './run.mjs'
import { runVitest } from './vitest.mjs'
import { root } from './workspace.mjs'

/** @typedef {import('./report.mjs').Report} Report */
/** @typedef {import('./report.mjs').Step & { run: (report: Report) => unknown }} RunnableStep */

/** Which step runs which test projects: each of `vitest.workspace.ts` stands here once. */
export const testProjects = {
  core: ['core'],
  emulator: ['emulator'],
  adapters: ['express5', 'express4', 'koa3', 'koa2', 'fastify5', 'node-http'],
  redis: ['redis'],
  examples: ['examples', 'browser'],
  docs: ['docs'],
}

/** Sources only: what a test imports is its own affair. */
const imports = ['--config', '.dependency-cruiser.mjs', ...sourceFolders()]

/** @type {(title: string, name: keyof typeof testProjects, budget: number) => RunnableStep} */
const tests = (title, name, budget) => ({
  name,
  title,
  budget,
  run: (report) => runVitest(report, { args: testProjects[name].map((project) => `--project=${project}`) }),
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
        ['verify', 'packed', 'workflows'].map((name) =>
          report.check(`scripts: ${name}`, () =>
            run(process.execPath, ['--test', `scripts/test/${name}.test.mjs`]),
          ),
        ),
      ),
  },
  { name: 'types', title: 'Types', budget: 25, run: typecheck },
  tests('Core, with the fault matrix and the model', 'core', 75),
  tests('The emulator', 'emulator', 24),
  tests('The adapters: conformance and killed hosts', 'adapters', 115),
  tests('The store on Redis', 'redis', 15),
  tests('The examples, in a browser', 'examples', 60),
  tests('What the guides say, run', 'docs', 15),
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
        env: { PORTAL_SSO_RUNS: '2500', ...(process.env.CI === 'true' && { PORTAL_SSO_SEED: '20261123' }) },
      }),
  },
  {
    name: 'api',
    title: 'The API reference',
    budget: 40,
    run: (report) => report.check('docs:api', () => tool('typedoc', ['--treatWarningsAsErrors'])),
  },
  {
    name: 'nodes',
    title: 'The fault matrix under other Nodes',
    budget: 120,
    run: (report) => checkNodes(report),
  },
  {
    name: 'release',
    title: 'A whole release, rehearsed',
    budget: 180,
    run: (report) => checkRelease(report),
  },
  {
    name: 'stacks',
    title: 'Signing in and out with the libraries that people use',
    budget: 220,
    run: whenBuilt('stacks', (report) => checkStacks(report)),
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
