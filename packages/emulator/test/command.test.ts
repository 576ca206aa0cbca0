import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { callApi, createForm, emulate, until } from './helpers.js'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))

/** The command from its source, in a process of its own: no build needed. */
function run(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/command.ts', ...args], {
    cwd: packageFolder,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = { text: '', errors: '' }
  child.stdout.on('data', (chunk) => {
    output.text += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.errors += chunk
  })
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => output.text.includes('Ctrl-C') && resolve())
    ended.then(() => reject(new Error(`ended early: ${output.errors}`)), reject)
  })
  // Only some tests wait for it.
  ready.catch(() => {})
  return { child, output, ended, ready }
}

describe('portal-sso-emulator', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'prints the environment, serves, and stops on %s',
    async (signal) => {
      const { child, output, ended, ready } = run(
        '--port',
        '0',
        '--site',
        'other-test',
        '--api-key',
        'test_other',
      )
      await ready
      const env = Object.fromEntries([...output.text.matchAll(/^(\w+)=(.+)$/gm)].map(([, k, v]) => [k, v]))
      expect(env).toEqual({
        CHARGEBEE_SITE: 'other-test',
        CHARGEBEE_API_KEY: 'test_other',
        CHARGEBEE_API_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        CHARGEBEE_PORTAL_URL: env.CHARGEBEE_API_URL,
        PORTAL_SSO_BASE_URL: 'http://localhost:8080',
      })
      const served = { apiUrl: String(env.CHARGEBEE_API_URL), apiKey: 'test_other' }
      expect((await callApi(served, { form: createForm() })).status).toBe(200)
      await until(() => /^\d\d:\d\d:\d\d 200 POST \/api\/v2\/portal_sessions cus_ada$/m.test(output.text))
      const loginPage = /^The customer portal's own login: +(\S+)$/m.exec(output.text)?.[1] ?? expect.fail()
      expect((await fetch(loginPage)).status).toBe(200)
      child.kill(signal)
      expect(await ended).toEqual([0, null])
      expect(output.errors).toBe('')
    },
  )

  test('says which port is taken', async () => {
    const { port } = new URL((await emulate()).apiUrl)
    const { output, ended } = run('--port', port)
    expect(await ended).toEqual([1, null])
    expect(output.errors).toBe(
      `portal-sso-emulator: port ${port} is already in use: stop the other program or choose another port\n`,
    )
  })

  test.each([
    [['--port', '80a'], "--port: a whole number from 0 to 65535; got '80a'"],
    [['--port', '65536'], 'port: a whole number'],
    [['--site', 'Acme'], 'site: a Chargebee site name'],
    [['--api-key', 'a b'], 'apiKey: visible ASCII'],
    [['--prot', '1'], "Unknown option '--prot'"],
    [['--host', '0.0.0.0'], 'host: 0.0.0.0 is reached by other machines'],
    [['--allow-host', 'http://x'], 'allowedHosts: names without scheme'],
    [['--seed', 'package.json'], "--seed: there is no 'name'; a seed has customers, login, api"],
    [['--seed', 'README.md'], '--seed: '],
    [['--seed', 'nowhere.json'], '--seed: ENOENT'],
    [['extra'], "Unexpected argument 'extra'"],
  ])('refuses %j', async (args, text) => {
    const { output, ended } = run(...args)
    expect(await ended).toEqual([2, null])
    expect(output.errors).toContain(`portal-sso-emulator: ${text}`)
    expect(output.errors).toContain('Try portal-sso-emulator --help')
    expect(output.errors).not.toContain('    at ')
    expect(output.text).toBe('')
  })

  test('--seed brings its own customers, --json tells every step to a program', async () => {
    const file = `${await mkdtemp(`${tmpdir()}/seed-`)}/seed.json`
    const customers = [{ id: 'cus_of_the_seed', email: 'seed@example.com' }]
    await writeFile(file, JSON.stringify({ customers, api: { ssoByApi: true } }))
    const { child, output, ended } = run('--port', '0', '--json', '--seed', file, '--allow-host', 'emulator')
    const lines = () =>
      output.text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    await until(() => output.text.includes('\n'))
    const [{ type, env }] = lines()
    expect([type, env.CHARGEBEE_SITE, env.PORTAL_SSO_BASE_URL]).toEqual([
      'started',
      'acme-test',
      'http://localhost:8080',
    ])
    const served = { apiUrl: env.CHARGEBEE_API_URL, apiKey: env.CHARGEBEE_API_KEY }
    expect((await callApi(served, { form: createForm('cus_of_the_seed') })).status).toBe(200)
    expect((await callApi({ ...served, apiKey: 'x' }, { form: createForm() })).status).toBe(401)
    await until(() => lines().length === 4)
    expect(lines().slice(1)).toMatchObject([
      { type: 'session', step: { what: 'created', by: 'api', ipAddress: '127.0.0.1' } },
      { type: 'call', call: { operation: 'create', status: 200 } },
      { type: 'call', call: { status: 401, why: expect.stringContaining('not the one') } },
    ])
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })

  test('--host with a key of its own warns', async () => {
    const { output, ready } = run('--port', '0', '--host', '0.0.0.0', '--api-key', 'test_mine')
    await ready
    await until(() => output.errors.includes('other machines reach it at 0.0.0.0'))
  })

  test('--version', async () => {
    const { output, ended } = run('--version')
    expect(await ended).toEqual([0, null])
    expect(output.text).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test('--help tells the options and their defaults', async () => {
    const { output, ended } = run('--help')
    expect(await ended).toEqual([0, null])
    expect(output.text).toMatch(/--port <number>.*default 8480/)
  })

  test('the bin file is there before any build and can be run', async () => {
    const manifest = JSON.parse(await readFile(`${packageFolder}package.json`, 'utf8'))
    const bin = `${packageFolder}${manifest.bin['portal-sso-emulator']}`
    await access(bin, constants.X_OK)
    expect(manifest.files).toContain('bin')
    expect(await readFile(bin, 'utf8')).toMatch(
      /^#!\/usr\/bin\/env node\nimport '\.\.\/dist\/command\.js'\n$/,
    )
  })
})
