import '../lib/require-node.mjs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createReport } from '../lib/report.mjs'
import { foreignEnvironment, run, testEnvironment } from '../lib/run.mjs'
import { createTempFolder } from '../lib/temp-folder.mjs'
import { countTests } from '../lib/vitest.mjs'
import { root } from '../lib/workspace.mjs'

// The oldest that the packages promise, and those that still get mends from upstream.
const majors = [20, 22, 24]

/**
 * Runs the fault matrix under the other majors of Node: timers, sockets and what garbage collection takes along are
 * Node's, and differ. The one that runs this has had its turn with all other tests.
 */
export async function checkNodes(report, { env = process.env } = {}) {
  const strict = env.CI === 'true'
  const running = Number(process.versions.node.split('.')[0])
  for (const major of majors.filter((other) => other !== running)) {
    const node = await findNode(major)
    if (node.program) await runFaults(report, node, strict)
    else if (strict) report.fail(`Node ${major} is there`, node.trouble)
    else report.note(`the fault matrix did not run under Node ${major}: ${node.trouble.split('\n')[0]}`)
  }
}

/** The program that npm's package `node` holds, which npx keeps in its cache. */
async function findNode(major) {
  const script = 'console.log(JSON.stringify([process.version, process.execPath]))'
  try {
    const output = await run('npx', ['-y', '-p', `node@${major}`, '--', 'node', '-e', script], {
      env: foreignEnvironment(),
    })
    const [version, program] = JSON.parse(output.split('\n').find((line) => line.startsWith('["v')) ?? '[]')
    if (version?.startsWith(`v${major}.`)) return { version, program }
    return { trouble: `npx gave ${version ?? 'no version'} for node@${major}.` }
  } catch (error) {
    return { trouble: error.message }
  }
}

async function runFaults(report, { version, program }, strict) {
  console.log(`Node ${version}`)
  const summaryFile = join(await createTempFolder('nodes'), 'summary.json')
  const reporter = fileURLToPath(new URL('../lib/vitest-reporter.mjs', import.meta.url))
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const selected = ['run', '--project', 'core', 'test/faults/']
  const shown = ['--silent', '--reporter=dot', `--reporter=${reporter}`]
  const ended = await run(program, [vitest, ...selected, ...shown], {
    env: { ...testEnvironment(), VITEST_SUMMARY_FILE: summaryFile },
    show: true,
    timeoutMs: 10 * 60_000,
  }).then(
    () => undefined,
    (error) => error,
  )
  const summary = await readFile(summaryFile, 'utf8').then(JSON.parse, () => undefined)
  countTests(report, summary && under(version, summary), ended, strict)
}

/** The same summary, in which every name says which Node it is about. */
function under(version, { projects, tests, errors }) {
  return {
    projects,
    tests: tests.map((test) => ({ ...test, file: `Node ${version}: ${test.file}` })),
    errors: errors.map((error) => ({ ...error, where: `Node ${version}: ${error.where}` })),
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const report = createReport()
  await checkNodes(report)
  process.exitCode = report.finish()
}
