import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const isChromiumMissing = !existsSync(process.env.CHROMIUM_PATH || '/usr/bin/chromium')

test.skipIf(isChromiumMissing && process.env.CI !== 'true')(
  'the recipe for Playwright passes, with both servers started by its configuration',
  async () => {
    const [port, emulatorPort] = [await freePort(), await freePort()]
    const output = await mkdtemp(join(tmpdir(), 'playwright-'))
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        fileURLToPath(import.meta.resolve('@playwright/test/cli')),
        ...['test', '--config', 'installed-chromium.config.ts', '--reporter', 'line', '--output', output],
      ],
      {
        cwd: fileURLToPath(new URL('recipes', import.meta.url)),
        env: {
          ...process.env,
          PORT: `${port}`,
          EMULATOR_PORT: `${emulatorPort}`,
          NODE_OPTIONS: '--conditions=@portal-sso/source',
        },
      },
    )
    expect(stdout).toMatch(/1 passed/)
  },
)

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
