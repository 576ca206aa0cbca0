import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

// The one for Vitest is a test file here itself.
test('the recipe for node:http and node:test passes there', async () => {
  const recipe = fileURLToPath(new URL('recipes/http.node-test.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--conditions=@portal-sso/source', '--import', 'tsx', '--test', recipe],
  ])
  expect(stdout).toMatch(/pass 1/)
})
