import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { callApi, createForm, until } from '../helpers.js'

const packageFolder = fileURLToPath(new URL('../..', import.meta.url))

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
  return { child, output, ended }
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'serves until %s, also with a page that watches',
  async (signal) => {
    const { child, output, ended } = run('--port', '0')
    await until(() => output.text.includes('Ctrl-C') || child.exitCode !== null)
    const apiUrl = /^CHARGEBEE_API_URL=(.+)$/m.exec(output.text)?.[1] ?? expect.fail(output.errors)
    const apiKey = /^CHARGEBEE_API_KEY=(.+)$/m.exec(output.text)?.[1] ?? expect.fail(output.errors)
    const watching = await fetch(`${apiUrl}/_emulator/events`)
    expect((await callApi({ apiUrl, apiKey }, { form: createForm() })).status).toBe(200)
    await until(() => /^\d\d:\d\d:\d\d 200 POST \/api\/v2\/portal_sessions cus_ada$/m.test(output.text))
    child.kill(signal)
    expect(await ended).toEqual([0, null])
    expect(output.errors).toBe('')
    await watching.text().catch(() => {})
  },
)

test('ends with 2 and the way to help on a mistake, without a stack', async () => {
  const { output, ended } = run('extra')
  expect(await ended).toEqual([2, null])
  expect(output).toEqual({
    text: '',
    errors: expect.stringMatching(
      /^portal-sso-emulator: Unexpected argument 'extra'.*\nTry portal-sso-emulator --help\n$/,
    ),
  })
})

test('its version is that of the package; the bin file is there before any build and can be run', async () => {
  const manifest = JSON.parse(await readFile(`${packageFolder}package.json`, 'utf8'))
  const bin = `${packageFolder}${manifest.bin['portal-sso-emulator']}`
  await access(bin, constants.X_OK)
  expect(manifest.files).toContain('bin')
  expect(await readFile(bin, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\nimport '\.\.\/dist\/command\.js'\n$/)
  const { output, ended } = run('--version')
  expect(await ended).toEqual([0, null])
  expect(output.text).toBe(`${manifest.version}\n`)
})
