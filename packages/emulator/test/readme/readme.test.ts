import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { emulate, jsonOf } from '../helpers.js'

const readme = readFile(new URL('../../README.md', import.meta.url), 'utf8')
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

test.each(['quick-start.test.ts', 'quick-start.node-test.mjs'])(
  'the README has %s as it is run',
  async (name) => {
    expect(await readme).toContain((await readFile(here(name), 'utf8')).trim())
  },
)

test('the recipe for node:test passes there', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--conditions=@portal-sso/source', '--import', 'tsx', '--test', here('quick-start.node-test.mjs')],
  ])
  expect(stdout).toMatch(/pass 1/)
})

test('the README names every endpoint of the control', async () => {
  const emulator = await emulate()
  const { endpoints } = (await jsonOf(await fetch(`${emulator.apiUrl}/_emulator/`))) as {
    endpoints: string[]
  }
  const text = await readme
  for (const endpoint of endpoints) expect(text).toContain(endpoint.replace('/_emulator/', '').trim())
})
