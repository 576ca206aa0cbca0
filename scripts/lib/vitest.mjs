import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { testEnvironment, tool } from './run.mjs'
import { createTempFolder } from './temp-folder.mjs'

/** Runs every test of the workspace, its output shown as it goes, and counts each one in the report. */
export async function runVitest(report) {
  const summaryFile = join(await createTempFolder('vitest'), 'summary.json')
  const reporter = fileURLToPath(new URL('vitest-reporter.mjs', import.meta.url))
  const ended = await tool('vitest', ['run', '--reporter=default', `--reporter=${reporter}`], {
    env: { ...testEnvironment(), VITEST_SUMMARY_FILE: summaryFile },
    show: true,
    timeoutMs: 20 * 60_000,
  }).then(
    () => undefined,
    (error) => error,
  )
  const summary = await readFile(summaryFile, 'utf8').then(JSON.parse, () => undefined)
  countTests(report, summary, ended, process.env.CI === 'true')
}

/**
 * @param summary what the reporter wrote; undefined when Vitest never came that far
 * @param {Error | undefined} ended how Vitest failed, if it did
 * @param {boolean} strict whether a skipped test is a failure
 */
export function countTests(report, summary, ended, strict) {
  if (!summary) {
    report.fail('tests', `Vitest ended without a summary. ${ended?.message ?? ''}`)
    return
  }
  const { projects, tests, errors } = summary
  report.add(tests.filter((test) => test.state === 'passed').length)
  for (const error of errors) report.fail(error.where, error.message)
  const others = tests.filter((test) => test.state !== 'passed')
  for (const { file, name, state, reason } of others) {
    const title = `${file} > ${name}`
    if (state === 'failed') report.fail(title, reason)
    else if (strict)
      report.fail(title, `Did not run (${reason || state}). Under CI=true every test has to run.`)
    else report.note(`did not run: ${title}${reason ? ` (${reason})` : ''}`)
  }
  const ran = new Set(tests.filter((test) => /passed|failed/.test(test.state)).map((test) => test.project))
  const idle = projects.filter((project) => !ran.has(project))
  const explained = new Set(others.map((test) => test.project))
  for (const project of idle) {
    // Where all its tests were skipped each of them has been named already.
    if (!explained.has(project) || ran.size === 0) report.fail(`tests of ${project}`, 'Not one test was run.')
  }
  if (projects.length === 0) report.fail('tests', 'There is no test project.')
  if (ended && errors.length === 0 && !others.some((test) => test.state === 'failed') && idle.length === 0) {
    report.fail('tests', `Vitest found something wrong outside of the tests, see above. ${ended.message}`)
  }
}
