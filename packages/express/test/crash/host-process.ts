import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Emulator } from '@portal-sso/emulator'
import { onTestFinished } from 'vitest'

// Nothing here is to run out of time but what a test lets hang.
const PATIENT = { timeoutMs: 60_000, logoutTimeoutMs: 60_000 }

const packageFolder = fileURLToPath(new URL('../..', import.meta.url))

export interface HostProcess {
  readonly origin: string
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>
  /** Asks it to close the middleware and its server, and to do nothing else; resolves when it has. */
  close(): Promise<void>
  /** Exit code, or the signal that killed it. */
  readonly ended: Promise<number | string | null>
}

/** Starts the host anew: the same settings, nothing in memory. */
export async function startHostProcess(
  emulator: Pick<Emulator, 'env'>,
  { apiUrl, options = {} }: { apiUrl?: string; options?: Record<string, unknown> } = {},
): Promise<HostProcess> {
  const child = spawn(
    process.execPath,
    ['--conditions=@portal-sso/source', '--import', 'tsx', 'test/crash/host.ts'],
    {
      cwd: packageFolder,
      env: {
        ...process.env,
        ...emulator.env,
        ...(apiUrl !== undefined && { CHARGEBEE_API_URL: apiUrl }),
        PORTAL_SSO_BASE_URL: 'http://127.0.0.1:8080',
        HOST_OPTIONS: JSON.stringify({ ...PATIENT, ...options }),
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string | null)
  const early = ended.then((code): never => {
    throw new Error(`the host ended (${code}): ${errors}`)
  })
  early.catch(() => {})
  const { origin } = await Promise.race([nextMessage<{ origin: string }>(child), early])
  return {
    origin,
    ended,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async close() {
      const closed = nextMessage<{ closed: boolean }>(child)
      child.kill('SIGTERM')
      await Promise.race([closed, early])
    },
  }
}

async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message')
  return message as T
}
