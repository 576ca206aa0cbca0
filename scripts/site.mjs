import './lib/require-node.mjs'
import { shown, tool } from './lib/run.mjs'

// `pnpm run test:site`: the conformance suite on a Chargebee site for tests, which the environment names.
if (process.env.CHARGEBEE_TEST_SITE)
  await tool('vitest', ['run', '--project', 'node-http', 'test/site.test.ts'], {
    ...shown,
    timeout: 0,
  }).catch(() => {
    process.exitCode = 1
  })
else console.log('Skipped: CHARGEBEE_TEST_SITE is not set, so there is no Chargebee site to ask.')
