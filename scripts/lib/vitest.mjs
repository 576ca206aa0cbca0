import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run, shown, testEnvironment } from './run.mjs'
import { createTempFolder } from './temp-folder.mjs'
import { root } from './workspace.mjs'

const reporter = fileURLToPath(new URL('vitest-reporter.mjs', import.meta.url))
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')

/**
 * @typedef {object} TestRun
 * @property {string[]} args what Vitest is told beside `run`: projects, files, a mode
 * @property {NodeJS.ProcessEnv} [env] beside the usual environment
 * @property {readonly string[]} [mustRun] the projects that must have a test in this run; all where left out
 * @property {{ version: string, program: string }} [node] another Node than the one that runs this
 */

/**
 * Runs tests, a line per file shown as it goes, and counts each test in the report.
 * @param {import('./report.mjs').Report} report
 * @param {TestRun} options
 */
export async function runVitest(report, { args, env = {}, mustRun, node }) {
  const summaryFile = join(await createTempFolder('vitest'), 'summary.json')
  const ended = await run(
    node?.program ?? process.execPath,
    [vitest, 'run', ...args, '--silent', `--reporter=${reporter}`],
    {
      env: { ...testEnvironment(), ...env, VITEST_SUMMARY_FILE: summaryFile },
      ...shown,
      timeout: 60 * 60_000,
    },
  ).then(
    () => undefined,
    (error) => error,
  )
  const summary = await readFile(summaryFile, 'utf8').then(JSON.parse, () => undefined)
  const strict = process.env.CI === 'true'
  countTests(report, summary, ended, { strict, mustRun, mode: modeOf(args), node: node?.version })
}

/** @param {string[]} args */
function modeOf(args) {
  const at = args.indexOf('--mode')
  return at < 0 ? undefined : args[at + 1]
}

/**
 * @param {import('./report.mjs').Report} report
 * @param {import('./vitest-reporter.mjs').Summary | undefined} summary undefined when Vitest never came that far
 * @param {Error | undefined} ended how Vitest failed, if it did
 * @param {{ strict: boolean, mustRun?: readonly string[] | undefined, mode?: string | undefined, node?: string | undefined }} options
 *   `strict`: a skipped test is a failure
 */
export function countTests(report, summary, ended, { strict, mustRun, mode, node }) {
  if (!summary) {
    report.fail('tests', `Vitest ended without a summary. ${ended?.message ?? ''}`)
    return
  }
  const under = node ? `Node ${node}: ` : ''
  const { projects, tests, errors, unfinished } = summary
  report.add(tests.filter((test) => test.state === 'passed').length)
  for (const error of errors) report.fail(`${under}${error.where}`, error.message)
  if (unfinished.length > 0)
    report.fail(
      `${under}${unfinished.join(', ')}`,
      `Not at its end when the run was over. ${ended?.message ?? ''}`,
    )
  const others = tests.filter((test) => test.state !== 'passed')
  for (const test of others) {
    const { file, name, state, reason } = test
    const title = `${under}${file} > ${name}`
    // Under another Node the step's own command finds the program.
    const again = node ? undefined : repeat(test, mode)
    if (state === 'failed') report.fail(title, reason, again)
    else if (strict)
      report.fail(title, `Did not run (${reason || state}). Under CI=true every test has to run.`, again)
    else report.note(`did not run: ${title}${reason ? ` (${reason})` : ''}`)
  }
  const ran = new Set(tests.filter((test) => /passed|failed/.test(test.state)).map((test) => test.project))
  const expected = mustRun ?? projects
  const idle = expected.filter((project) => !ran.has(project))
  const explained = new Set(others.map((test) => test.project))
  for (const project of idle) {
    // Where all its tests were skipped each of them has been named already.
    if (!explained.has(project) || ran.size === 0) report.fail(`tests of ${project}`, 'Not one test was run.')
  }
  if (projects.length === 0) report.fail('tests', 'There is no test project.')
  const isExplained = errors.length + unfinished.length + idle.length > 0
  if (ended && !isExplained && !others.some((test) => test.state === 'failed')) {
    report.fail('tests', `Vitest found something wrong outside of the tests, see above. ${ended.message}`)
  }
}

/**
 * The command that runs one test.
 * @param {import('./vitest-reporter.mjs').Summary['tests'][number]} test
 * @param {string | undefined} mode
 */
function repeat({ project, path, name }, mode) {
  const file = relative(root, path).replaceAll('\\', '/')
  // Suites are parts of a name, and Vitest matches them with spaces between; the rest is taken literally.
  const pattern = name.replaceAll(' > ', ' ').replace(/[.*+?^${}()|[\]\\"`!]/g, '.')
  const selected = mode ? `--mode ${mode} --project ${project}` : `--project ${project}`
  return `npx -y pnpm@10 exec vitest run ${selected} ${file} -t "${pattern}"`
}
