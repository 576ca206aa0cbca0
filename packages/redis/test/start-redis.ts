import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import getPort, { portNumbers } from 'get-port'
import { createClient } from 'redis'
import { describe } from 'vitest'

/** A real Redis of this test alone. */
export interface TestRedis {
  readonly port: number
  readonly url: string
  /** One command, over a connection of its own. */
  command(...words: string[]): Promise<unknown>
  /** Stops the process where it stands (SIGSTOP); `goOn` lets it run again. */
  pause(): void
  goOn(): void
  /** Ends the process at once, and waits for it. */
  kill(): Promise<void>
  /** Starts it again on the same port, with what it has written to its append-only file. */
  restart(): Promise<void>
  close(): Promise<void>
}

const SERVER = findServer()
const WAY_TO_GET_IT =
  'needs redis-server or valkey-server: apt-get install redis-server, or set REDIS_SERVER_PATH to its program'

/** Declares tests on a real Redis. Without one they are skipped under a title that says how to get it; never in CI. */
export function describeWithRedis(title: string, declare: () => void): void {
  const isSkipped = !SERVER && process.env.CI !== 'true'
  describe.skipIf(isSkipped)(isSkipped ? `${title} (${WAY_TO_GET_IT})` : title, declare)
}

function findServer(): string | undefined {
  for (const name of [process.env.REDIS_SERVER_PATH, 'redis-server', 'valkey-server']) {
    if (!name) continue
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' })
      return name
    } catch {}
  }
  return undefined
}

/** @param settings further settings of redis-server: `'--maxmemory', '1mb'` */
export async function startRedis(...settings: string[]): Promise<TestRedis> {
  if (!SERVER) throw new Error(`This test ${WAY_TO_GET_IT}`)
  const server = SERVER
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'portal-sso-redis-'))
  let child: ChildProcess

  async function start(): Promise<void> {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder, ...settings]
    child = spawn(server, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let log = ''
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (chunk) => {
        log += chunk
        if (/Ready to accept connections/.test(log)) resolve()
      })
      child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}\n${log}`)))
      child.once('error', reject)
    })
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  await start()
  const url = `redis://127.0.0.1:${port}`
  return {
    port,
    url,
    async command(...words) {
      const client = createClient({ url }).on('error', () => {})
      await client.connect()
      try {
        return await client.sendCommand(words)
      } finally {
        client.destroy()
      }
    },
    pause: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    kill,
    restart: start,
    async close() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Below the range that systems choose from by themselves: it is still free when the server starts again. */
function freePort(): Promise<number> {
  const from = randomInt(10_000, 30_000)
  return getPort({ port: portNumbers(from, from + 20) })
}
