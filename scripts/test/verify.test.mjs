import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { tsImport } from 'tsx/esm/api'
import { ensureSystemPackages } from '../checks/system-packages.mjs'
import { createReport, refuse } from '../lib/report.mjs'
import { foreignEnvironment, run, testEnvironment, tool } from '../lib/run.mjs'
import { testProjects } from '../lib/steps.mjs'
import { createTempFolder } from '../lib/temp-folder.mjs'
import { countTests } from '../lib/vitest.mjs'
import { root } from '../lib/workspace.mjs'

const fixture = fileURLToPath(new URL('fixture', import.meta.url))
const reporter = fileURLToPath(new URL('../lib/vitest-reporter.mjs', import.meta.url))

async function summaryOfFixture() {
  const file = join(await createTempFolder('fixture'), 'summary.json')
  const ended = await tool('vitest', ['run', '--root', fixture, '--reporter', reporter], {
    env: { ...process.env, VITEST_SUMMARY_FILE: file },
  }).then(
    () => undefined,
    (error) => error,
  )
  assert.ok(ended instanceof Error, 'a run with failures fails')
  return JSON.parse(await readFile(file, 'utf8'))
}

function report() {
  const lines = []
  const own = createReport((line) => lines.push(...line.split('\n')))
  return Object.assign(own, {
    end() {
      const code = own.finish()
      return { code, last: lines.at(-1), text: lines.join('\n') }
    },
  })
}

test('whatever a test run comes to is counted, and named', async () => {
  const summary = await summaryOfFixture()
  const ended = new Error('vitest: ended with code 1')

  const atHome = report()
  countTests(atHome, summary, ended, { strict: false })
  const home = atHome.end()
  assert.equal(home.code, 1)
  assert.equal(home.last, '2 passed, 5 failed')
  assert.match(
    home.text,
    /FAILED: tested: outcomes\.fixture\.ts > fails\n {2}AssertionError: expected 1 to be 2/,
  )
  assert.match(home.text, /FAILED: tested: outcomes\.fixture\.ts > a hook\n {2}Error: the hook failed/)
  assert.match(home.text, /FAILED: tested: unloadable\.fixture\.ts\n {2}Error: this file can not be loaded/)
  assert.match(home.text, /FAILED: outside of any test\n {2}Error: nobody handles this/)
  assert.match(home.text, /FAILED: tests of idle\n {2}Not one test was run/)
  assert.match(home.text, /note: did not run: tested: outcomes\.fixture\.ts > is skipped \(for a reason\)/)
  assert.doesNotMatch(home.text, /node_modules/)

  const inCi = report()
  countTests(inCi, summary, ended, { strict: true })
  const ci = inCi.end()
  assert.equal(ci.last, '2 passed, 7 failed')
  assert.match(ci.text, /FAILED: .* > is skipped\n {2}Did not run \(for a reason\)/)
})

test('a run without a test, without a summary, or that fails for no visible reason is a failure', () => {
  const passed = {
    project: 'one',
    file: 'one: a.test.ts',
    path: '/a.test.ts',
    name: 'a',
    state: 'passed',
    reason: '',
  }
  /** @type {[summary: import('../lib/vitest-reporter.mjs').Summary | undefined, ended: Error | undefined][]} */
  const cases = [
    [undefined, new Error('crashed')],
    [{ projects: [], tests: [], errors: [], unfinished: [] }, undefined],
    [{ projects: ['one'], tests: [], errors: [], unfinished: [] }, undefined],
    [{ projects: ['one'], tests: [{ ...passed, state: 'skipped' }], errors: [], unfinished: [] }, undefined],
    [{ projects: ['one'], tests: [passed], errors: [], unfinished: [] }, new Error('ended with code 1')],
  ]
  for (const [summary, ended] of cases) {
    const outcome = report()
    countTests(outcome, summary, ended, { strict: false })
    assert.match(outcome.end().last, /^\d passed, 1 failed$/)
  }
  const good = report()
  countTests(good, { projects: ['one'], tests: [passed], errors: [], unfinished: [] }, undefined, {
    strict: true,
  })
  assert.deepEqual(good.end(), { code: 0, last: '1 passed, 0 failed', text: '\n1 passed, 0 failed' })
})

test('a failure comes with the command that runs just this again, and a step with its time', async () => {
  const outcome = report()
  await outcome.step({ name: 'lint', title: 'Lint', budget: 7 }, async () => {
    await outcome.check('rules', () => refuse(['one', 'two']))
    throw new Error('the step itself')
  })
  await outcome.step({ name: 'tests', title: 'Tests', budget: 9 }, () => {
    const test = { project: 'one', file: 'one: a.test.ts', path: join(root, 'x/a.test.ts'), reason: 'why' }
    const tests = [{ ...test, name: 'suite > adds (1 + 1)', state: 'failed' }]
    const options = { strict: true, mode: 'exhaustive' }
    countTests(outcome, { projects: ['one'], tests, errors: [], unfinished: [] }, undefined, options)
  })
  const { text, last, code } = outcome.end()
  assert.equal(code, 1)
  assert.equal(last, '0 passed, 3 failed')
  assert.match(text, /FAILED: rules\n {2}one\n {2}two\n {2}Again: npx -y pnpm@10 verify lint\n/)
  assert.match(text, /FAILED: Lint: to its end\n {2}Error: the step itself/)
  const command =
    'npx -y pnpm@10 exec vitest run --mode exhaustive --project one x/a.test.ts -t "suite adds .1 . 1."'
  assert.ok(text.includes(`  why\n  Again: ${command}\n`), text)
  assert.match(text, /lint +\d+\.\d s.*, FAILED\n/)
  if (process.platform === 'linux') assert.match(text, /tests +\d+\.\d s, \d+\.\d s of processor time of 9/)
})

test('what was not at its end when the run was killed is named, and what was is counted', () => {
  const passed = {
    project: 'one',
    file: 'one: a.test.ts',
    path: '/a.test.ts',
    name: 'a',
    state: 'passed',
    reason: '',
  }
  const summary = { projects: ['one', 'two'], tests: [passed], errors: [], unfinished: ['two: slow.test.ts'] }
  const outcome = report()
  countTests(outcome, summary, new Error('timed out'), { strict: false, mustRun: ['one'] })
  const { text, last } = outcome.end()
  assert.equal(last, '1 passed, 1 failed')
  assert.match(text, /FAILED: two: slow\.test\.ts\n {2}Not at its end when the run was over\. timed out/)
})

test('a command that fails, or never ends, fails its check with what it wrote', async () => {
  const node = (script, options) => run(process.execPath, ['-e', script], options)
  assert.equal(await node('console.log("out"); console.error("err")'), 'out\nerr')
  const outcome = report()
  await outcome.check('code', () => node('console.error("because"); process.exit(3)'))
  await outcome.check('time', () => node('setInterval(() => {}, 1000)', { timeout: 300 }))
  await outcome.check('name', () => run('no-such-program', []))
  const { code, last, text } = outcome.end()
  assert.equal(code, 1)
  assert.equal(last, '0 passed, 3 failed')
  assert.match(text, /FAILED: code\n {2}.*failed with exit code 3.*\n {2}because/)
  assert.match(text, /FAILED: time\n {2}Command timed out after 300 milliseconds/)
  assert.match(text, /FAILED: name\n {2}.*ENOENT/)
})

test('a missing program is advice at home and a failure in CI', async () => {
  const chromium = { program: '/no/chromium', variable: 'CHROMIUM_PATH', debian: 'chromium' }
  const packages = [chromium]
  const outcome = async (env) => {
    const own = report()
    await ensureSystemPackages(own, { env, packages })
    return own.end()
  }
  const home = await outcome({})
  assert.equal(home.last, '0 passed, 0 failed')
  assert.match(home.text, /note: Missing: chromium\. Install it, or set CHROMIUM_PATH/)
  assert.equal((await outcome({ CI: 'true' })).last, '0 passed, 1 failed')
  assert.equal((await outcome({ CI: 'true', CHROMIUM_PATH: process.execPath })).last, '1 passed, 0 failed')
  const wrong = await outcome({ CHROMIUM_PATH: '/no/other' })
  assert.equal(wrong.last, '0 passed, 1 failed')
  assert.match(wrong.text, /CHROMIUM_PATH names \/no\/other, which can't be run/)
})

test("tests see no Chargebee account, and a foreign project nothing of the workspace's pnpm", () => {
  const network = { npm_config_registry: 'r', npm_config_cafile: 'c', NODE_EXTRA_CA_CERTS: 'e', PATH: 'p' }
  const workspace = { npm_config_frozen_lockfile: '', npm_execpath: 'x', pnpm_config_x: 'x', NODE_PATH: 'x' }
  const account = { CHARGEBEE_API_KEY: 'k', CHARGEBEE_SITE: 's', PORTAL_SSO_SECRET: 's' }
  const all = { ...network, ...workspace, ...account }
  assert.deepEqual(testEnvironment(all), { ...network, ...workspace })
  assert.deepEqual(foreignEnvironment(all), network)
})

test('each test project is run by one step', async () => {
  const { projectsFor } = await tsImport('../../vitest.workspace.ts', import.meta.url)
  const names = projectsFor('test').map((/** @type {{ test: { name: string } }} */ { test }) => test.name)
  assert.deepEqual(Object.values(testProjects).flat().sort(), names.sort())
})
