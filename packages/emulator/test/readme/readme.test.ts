import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { runCommand } from '../../src/command/run.js'
import { callApi, createForm, emulate, jsonOf, statusFor } from '../helpers.js'

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

interface Compose {
  services: Record<'app' | 'chargebee', Record<string, unknown>>
}

/** No container is started here: the file is read, and what the service would run is run. */
test('the compose file says what the command takes, and the app what it is told', async () => {
  const text = /```yaml\n(services:\n[\s\S]*?)```/.exec(await readme)?.[1] ?? expect.fail('no compose file')
  const { services } = parse(text.replace(/\$\{EMULATOR_KEY:\?\}/g, 'test_of_the_file')) as Compose
  expect(Object.keys(services)).toEqual(['app', 'chargebee'])
  const [npx, yes, name, ...args] = String(services.chargebee.command).split(' ')
  expect([npx, yes, name]).toEqual(['npx', '-y', '@portal-sso/emulator'])
  const lines: string[] = []
  const started = await runCommand([...args, '--port', '0'], () => '', {
    print: (line) => lines.push(line),
    complain: () => {},
  })
  if (typeof started === 'number') expect.fail(`ended with ${started}`)
  onTestFinished(() => started.close())

  const { port } = new URL(started.apiUrl)
  const env = Object.fromEntries(
    [...lines.join().matchAll(/^(\w+)=(.+)$/gm)].map(([, key, value]) => [key, value]),
  )
  expect(services.app.environment).toEqual(
    JSON.parse(JSON.stringify(env).replaceAll(`127.0.0.1:${port}`, '127.0.0.1:8480')),
  )
  expect(services.app.ports).toEqual(['8080:8080', '127.0.0.1:8480:8480'])
  expect(services.chargebee.network_mode).toBe('service:app')
  expect((await callApi(started, { form: createForm() })).status).toBe(200)
  const [check, flags, url] = String(Object(services.chargebee.healthcheck).test).split(' ')
  expect([check, flags]).toEqual(['wget', '-qO-'])
  const health = await fetch(String(url).replace(':8480', `:${port}`))
  expect([health.status, await health.json()]).toEqual([200, { status: 'ok', site: 'acme-test' }])
  expect(await statusFor(started, 'chargebee:8480', '/_emulator/health')).toBe(200)
})
