import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { callApi, createForm, emulate } from './helpers.js'

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
      const env = Object.fromEntries(
        [...output.text.matchAll(/^(CHARGEBEE_\w+)=(.+)$/gm)].map(([, k, v]) => [k, v]),
      )
      expect(env).toEqual({
        CHARGEBEE_SITE: 'other-test',
        CHARGEBEE_API_KEY: 'test_other',
        CHARGEBEE_API_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        CHARGEBEE_PORTAL_URL: env.CHARGEBEE_API_URL,
      })
      const served = { apiUrl: String(env.CHARGEBEE_API_URL), apiKey: 'test_other' }
      expect((await callApi(served, { form: createForm() })).status).toBe(200)
      expect(output.text).toMatch(/^ {2}cus_ada +ada@example\.com +portal$/m)
      const loginPage = /^Its login: +(\S+)$/m.exec(output.text)?.[1] ?? expect.fail()
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
    [['extra'], "Unexpected argument 'extra'"],
  ])('refuses %j', async (args, text) => {
    const { output, ended } = run(...args)
    expect(await ended).toEqual([2, null])
    expect(output.errors).toContain(`portal-sso-emulator: ${text}`)
    expect(output.errors).toContain('Try portal-sso-emulator --help')
    expect(output.errors).not.toContain('    at ')
    expect(output.text).toBe('')
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
