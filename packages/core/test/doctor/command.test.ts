import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/doctor/command.js'
import type { Report } from '../../src/doctor/report.js'
import { type Patient, setUp } from './patient.ts'

const noCalls: Patient['env'] = {}

describe('wrong use', () => {
  it.each([
    [[]],
    [['examine']],
    [['doctor', 'c1']],
    [['doctor', '--customers', 'c1']],
    [['doctor', '--customer']],
    [['doctor', '--customer', '']],
    [['doctor', '--customer', 'two words']],
    [['doctor', '--customer', 'c'.repeat(51)]],
    [['doctor', '--env-file', 'no-such-file']],
    [['doctor', '--options', 'no-such-file.mjs']],
  ])('%j is told so, with status 2', async (args) => {
    const { stdout, stderr, exitCode } = await run(args, noCalls)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^portal-sso: .+\nTry portal-sso --help\n$/s)
  })
})

describe('the command', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doctor-'))
  })
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }

  it.each([['--help'], ['-h'], ['doctor', '--help']])('%s explains it, with status 0', async (...args) => {
    const { stdout, exitCode } = await run(args, noCalls)
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('Usage: portal-sso doctor')])
    for (const option of ['--customer', '--env-file', '--options', '--json']) expect(stdout).toContain(option)
  })

  it('--version is that of the package', async () => {
    expect((await run(['--version'], noCalls)).stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/)
  })

  it('ends with 0 where all is well, with 1 where something is wrong', async () => {
    const { env } = await setUp()
    expect((await run(['doctor', '--customer', 'c1'], env)).exitCode).toBe(0)
    const { exitCode, stdout } = await run(['doctor', '--customer', 'c1'], { ...env, CHARGEBEE_API_KEY: 'x' })
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^ {2}wrong {4}reach .*\n(?: .*\n)* {11}Check CHARGEBEE_API_KEY\.\n/m)
    expect(stdout).toMatch(/\n1 wrong\.\n$/)
  })

  it('gives the report as JSON', async () => {
    const { env } = await setUp()
    const { stdout } = await run(['doctor', '--customer=c1', '--json'], env)
    const report: Report = JSON.parse(stdout)
    expect(Object.keys(report)).toEqual(['ok', 'version', 'node', 'site', 'checks', 'facts'])
    expect(report.checks.map((check) => Object.keys(check).slice(0, 3))).toEqual(
      report.checks.map(() => ['name', 'outcome', 'text']),
    )
  })

  it('reads a file of variables, which those of the environment beat', async () => {
    const { env } = await setUp()
    const lines = Object.entries({ ...env, CHARGEBEE_API_KEY: 'of-the-file' })
    const file = await write('.env', lines.map(([name, value]) => `${name}=${value}`).join('\n'))
    expect((await run(['doctor', '--env-file', file], {})).exitCode).toBe(1)
    const { CHARGEBEE_API_KEY } = env
    expect((await run(['doctor', '--env-file', file], { CHARGEBEE_API_KEY })).exitCode).toBe(0)
  })

  it('reads the options of the host, from a module of either kind', async () => {
    const { env } = await setUp()
    const good = await write('good.mjs', 'export default { getCustomerId: () => null }')
    expect((await run(['doctor', '--options', good], env)).exitCode).toBe(0)
    const wrong = await write('wrong.cjs', 'module.exports = { getCustomerId: () => null, loginURL: "/" }')
    const { exitCode, stdout } = await run(['doctor', '--options', wrong], env)
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('Did you mean "loginUrl"?')])
    const none = await write('none.mjs', 'export const options = {}')
    expect((await run(['doctor', '--options', none], env)).exitCode).toBe(2)
  })

  it('prints no key, secret, token or address of a session, whatever happens', async () => {
    const { env, emulator } = await setUp({ apiKey: 'key-that-nobody-may-see' })
    const secret = 'a-secret-of-at-least-32-bytes-for-it'
    const said: string[] = []
    const all = {
      ...env,
      PORTAL_SSO_SECRET: secret,
      PORTAL_SSO_SEECRET: secret,
      CHARGEBEE_APIKEY: 'key-that-nobody-may-see',
    }
    for (const more of [[], ['--json']]) {
      for (const fault of [undefined, { status: 401 }, { status: 400 }, { kind: 'reset' as const }]) {
        for (const operation of ['retrieve', 'create', 'logout'] as const) {
          if (fault) emulator.fail({ operation, ...fault, times: 3 })
          const { stdout, stderr } = await run(['doctor', '--customer', 'c1', ...more], all)
          said.push(stdout, stderr)
          emulator.reset()
        }
      }
      for (const wrong of [
        { CHARGEBEE_SITE: emulator.apiKey },
        { PORTAL_SSO_BASE_URL: `https://${emulator.apiKey}@x` },
      ]) {
        said.push((await run(['doctor', ...more], { ...all, ...wrong })).stdout)
      }
    }
    const tokens = emulator.sessions().map(({ token }) => token)
    for (const text of said) {
      for (const hidden of [emulator.apiKey, secret, '/portal/access/', '__test__', ...tokens]) {
        expect(text).not.toContain(hidden)
      }
    }
  })

  it('runs as a program, and ends though the options hold something open', async () => {
    const { env } = await setUp()
    const open = await write(
      'open.mjs',
      'setInterval(() => {}, 1000)\nexport default { getCustomerId: () => null }',
    )
    const command = new URL('../../src/doctor/command.ts', import.meta.url)
    const program = await write('program.mjs', `import { main } from '${command}'\nawait main()`)
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@portal-sso/source', '--import', 'tsx', program, 'doctor', '--options', open],
      { cwd: fileURLToPath(new URL('../..', import.meta.url)), env: { ...process.env, ...env } },
    )
    expect(stdout).toContain('All well.')
  })
})
