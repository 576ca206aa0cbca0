import '../lib/require-node.mjs'
import { pathToFileURL } from 'node:url'
import { createReport } from '../lib/report.mjs'
import { foreignEnvironment, run } from '../lib/run.mjs'
import { runVitest } from '../lib/vitest.mjs'

// The oldest that the packages promise, and those that still get mends from upstream.
const majors = [20, 22, 24]

/**
 * Runs the fault matrix under the other majors of Node: timers, sockets and what garbage collection takes along are
 * Node's, and differ. The one that runs this has its turn with all other tests.
 * @param {import('../lib/report.mjs').Report} report
 */
export async function checkNodes(report, { env = process.env } = {}) {
  const running = Number(process.versions.node.split('.')[0])
  for (const major of majors.filter((other) => other !== running)) {
    const node = await findNode(major)
    if ('program' in node) {
      console.log(`Node ${node.version}`)
      await runVitest(report, { args: ['--project', 'core', 'test/faults/'], node })
    } else if (env.CI === 'true') report.fail(`Node ${major} is there`, node.trouble)
    else report.note(`the fault matrix did not run under Node ${major}: ${node.trouble.split('\n')[0]}`)
  }
}

/**
 * The program that npm's package `node` holds, which npx keeps in its cache.
 * @param {number} major
 * @returns {Promise<{ version: string, program: string } | { trouble: string }>}
 */
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
    return { trouble: /** @type {Error} */ (error).message }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const report = createReport()
  await checkNodes(report)
  process.exitCode = report.finish()
}
