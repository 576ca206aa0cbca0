import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { runCommand } from '../../src/command/run.js'
import { callApi, createForm, emulate, statusFor, until } from '../helpers.js'

const inPackage = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))

/** The command in this process, and what it wrote. */
async function run(...args: string[]) {
  const lines: string[] = []
  const complaints: string[] = []
  const started = await runCommand(args, () => '1.2.3', {
    print: (line) => lines.push(line),
    complain: (line) => complaints.push(line),
  })
  if (typeof started !== 'number') onTestFinished(() => started.close())
  return { started, lines, complaints }
}

/** The command, running. */
async function start(...args: string[]) {
  const { started, ...output } = await run('--port', '0', ...args)
  if (typeof started === 'number') expect.fail(output.complaints.join())
  return { emulator: started, ...output }
}

test('prints the environment to paste, and a line for each call', async () => {
  const { emulator, lines } = await start('--site', 'other-test', '--api-key', 'test_other')
  expect(lines[0]?.match(/^\w+=.+$/gm)).toEqual([
    'CHARGEBEE_SITE=other-test',
    'CHARGEBEE_API_KEY=test_other',
    `CHARGEBEE_API_URL=${emulator.apiUrl}`,
    `CHARGEBEE_PORTAL_URL=${emulator.apiUrl}`,
    'PORTAL_SSO_BASE_URL=http://localhost:8080',
  ])
  expect((await fetch(/portal's own login: +(\S+)/.exec(lines[0] ?? '')?.[1] ?? '')).status).toBe(200)
  await callApi(emulator, { form: createForm() })
  await callApi({ ...emulator, apiKey: 'x' }, { path: '/portal_sessions/a%0a%1b%5b2J', method: 'GET' })
  emulator.fail({ operation: 'create', kind: 'no-headers' })
  const giveUp = new AbortController()
  const unanswered = callApi(emulator, { form: createForm('cus\u001b[2J'), signal: giveUp.signal })
  await until(() => lines.length === 4)
  giveUp.abort()
  await expect(unanswered).rejects.toThrow()
  expect(lines.slice(1).map((line) => line.slice(9))).toEqual([
    '200 POST /api/v2/portal_sessions cus_ada',
    expect.stringMatching(/^401 GET \/api\/v2\/portal_sessions\/\S+ · The API key is not the one/),
    // Nothing that a client sent writes to the terminal.
    '--- POST /api/v2/portal_sessions cus?[2J · A rule of fail() said so: no answer.',
  ])
  for (const line of lines.slice(1)) expect(line).toMatch(/^\d\d:\d\d:\d\d /)
})

test('--json is one object a line, --seed brings customers and switches', async () => {
  const file = `${await mkdtemp(`${tmpdir()}/seed-`)}/seed.json`
  const customers = [{ id: 'cus_of_the_seed', email: 'seed@example.com' }]
  await writeFile(file, JSON.stringify({ customers, api: { gzip: true } }))
  const { emulator, lines } = await start('--json', '--seed', file)
  const created = await callApi(emulator, { form: createForm('cus_of_the_seed') })
  expect([created.status, created.headers.get('content-encoding')]).toEqual([200, 'gzip'])
  expect((await callApi({ ...emulator, apiKey: 'x' }, { form: createForm() })).status).toBe(401)
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { type: 'started', env: { ...emulator.env, PORTAL_SSO_BASE_URL: 'http://localhost:8080' } },
    { type: 'session', step: { what: 'created', by: 'api', ipAddress: '127.0.0.1' } },
    { type: 'call', call: { operation: 'create', status: 200 } },
    { type: 'call', call: { status: 401, why: expect.stringContaining('not the one') } },
  ])

  await writeFile(file, JSON.stringify(customers))
  const { emulator: other } = await start('--seed', file)
  expect((await callApi(other, { form: createForm('cus_of_the_seed') })).status).toBe(200)
})

test('--allow-host adds a name', async () => {
  const { emulator } = await start('--allow-host', 'chargebee', '--allow-host', 'other')
  const ask = (host: string) => statusFor(emulator, host)
  expect([await ask('chargebee'), await ask('other'), await ask('third')]).toEqual([200, 200, 421])
})

test('--host with a key of your own warns', async () => {
  const { complaints } = await start('--host', '0.0.0.0', '--api-key', 'test_mine')
  expect(complaints).toEqual([expect.stringContaining('other machines reach it at 0.0.0.0')])
  expect((await start('--host', 'localhost')).complaints).toEqual([])
})

test('says which port is taken', async () => {
  const { port } = new URL((await emulate()).apiUrl)
  expect(await run('--port', port)).toEqual({
    started: 1,
    lines: [],
    complaints: [
      `portal-sso-emulator: port ${port} is already in use: stop the other program or choose another port`,
    ],
  })
})

test.each([
  [['--port', '80a'], "--port: a whole number from 0 to 65535; got '80a'"],
  [['--port', '65536'], 'port: a whole number'],
  [['--site', 'Acme'], 'site: a Chargebee site name'],
  [['--api-key', 'a b'], 'apiKey: visible ASCII'],
  [['--prot', '1'], "Unknown option '--prot'"],
  [['--host', '0.0.0.0'], 'host: 0.0.0.0 is reached by other machines'],
  [['--allow-host', 'http://x'], 'allowedHosts: names without scheme'],
  [['--seed', inPackage('package.json')], "--seed: there is no 'name'; a seed has customers, login, api"],
  [['--seed', inPackage('README.md')], '--seed: '],
  [['--seed', 'nowhere.json'], '--seed: ENOENT'],
  [['extra'], "Unexpected argument 'extra'"],
])('refuses %j', async (args, text) => {
  const { started, lines, complaints } = await run(...args)
  expect([started, lines, complaints.length]).toEqual([2, [], 1])
  expect(complaints[0]).toContain(`portal-sso-emulator: ${text}`)
  expect(complaints[0]).toMatch(/\nTry portal-sso-emulator --help$/)
})

test('--version', async () => {
  expect(await run('--version')).toMatchObject({ started: 0, lines: ['1.2.3'] })
})

test('--help tells every option and its default', async () => {
  const { started, lines } = await run('--help')
  expect([started, await run('-h')]).toMatchObject([0, { lines }])
  expect(lines[0]).toMatch(/--port <number>.*default 8480/)
  for (const option of ['host', 'allow-host', 'site', 'api-key', 'seed', 'json', 'version', 'help']) {
    expect(lines[0]).toContain(`--${option}`)
  }
})
