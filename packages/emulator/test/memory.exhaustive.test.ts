import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { callApi, createForm, until } from './helpers.js'

const SESSIONS = 10_000

/** Memory that a process has, in MB, as Linux tells it. */
function memoryOf(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}

describeInBrowser('10,000 sessions with the front page open', (visit) => {
  test('take less than 150 MB, and the page shows them', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/command.ts', '--port', '0'], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    await until(() => output.includes('Ctrl-C'))
    const apiUrl = /^CHARGEBEE_API_URL=(.+)$/m.exec(output)?.[1] ?? expect.fail(output)
    const emulator = { apiUrl, apiKey: 'test_emulator_api_key' }
    const page = await visit()
    await page.goto(apiUrl)
    await page.getByText('live', { exact: true }).waitFor()
    const before = memoryOf(child.pid)
    for (let made = 0; made < SESSIONS; made += 50) {
      await Promise.all(Array.from({ length: 50 }, () => callApi(emulator, { form: createForm() })))
    }
    await page.getByText(`${SESSIONS}`, { exact: true }).first().waitFor()
    expect(await page.locator('#session-list > li').count()).toBe(50)
    // As installed, without the compiler, it begins with 50.
    expect(memoryOf(child.pid) - before).toBeLessThan(100)
    expect((await fetch(`${apiUrl}/_emulator/state?limit=100`)).status).toBe(200)
  })
})
