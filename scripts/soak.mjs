import './lib/require-node.mjs'
import { shown, tool } from './lib/run.mjs'

// Random runs of the model of promises, beyond those of the tests: `pnpm soak`, or `pnpm soak 1000000`.
const runs = process.argv[2] ?? '100000'
if (!/^[1-9]\d{0,8}$/.test(runs)) {
  console.error(`How many runs? ${runs} is not a number of runs.`)
  process.exit(2)
}
const env = { ...process.env, PORTAL_SSO_RUNS: runs }
await tool('vitest', ['run', '--project', 'core', 'test/model'], { ...shown, env, timeout: 0 }).catch(() => {
  process.exitCode = 1
})
