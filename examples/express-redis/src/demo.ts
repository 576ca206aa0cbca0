import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { fileURLToPath } from 'node:url'
import { type DemoEvent, isOwnForm, notAllowedPage } from '@portal-sso/example-shared'
import { createClient } from 'redis'
import { createProxy, type Upstream } from './proxy.js'
import { type DemoRedis, startRedis } from './start-redis.js'

// The example runs from the sources, whatever has started it.
const fromSources = ['--conditions=@portal-sso/source', '--import', import.meta.resolve('tsx')]

const RESTARTED_AFTER_MS = 5_000
const STOPPED_FOR_MS = 10_000

export interface Demo {
  readonly listener: RequestListener
  readonly redis: Pick<DemoRedis, 'origin'>
  close(): Promise<void>
}

/** Redis, two processes of the app, and in front of them a proxy that can also break them. */
export async function startDemo(
  onEvent: (event: DemoEvent) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Demo> {
  const redis = await startRedis()
  const env = { ...environment, REDIS_URL: redis.url, SESSION_SECRET: randomBytes(32).toString('hex') }
  const processes = ['A', 'B'].map((name) => new AppProcess(name, env, onEvent))
  const close = async () => {
    await Promise.all(processes.map((one) => one.close()))
    // A process that is asked to end while Redis stands still would wait for it.
    await redis.close()
  }
  try {
    await Promise.all(processes.map((one) => one.start()))
  } catch (error) {
    await close()
    throw error
  }
  const forward = createProxy(() => processes.flatMap(({ upstream }) => upstream ?? []))
  const actions = breaking(redis, processes)
  return {
    redis,
    close,
    listener(req, res) {
      const action = req.method === 'POST' && actions[req.url ?? '']
      if (!action) return forward(req, res)
      if (!isOwnForm(req.headers)) return res.writeHead(403, pageHeaders).end(notAllowedPage({}))
      action().then(
        () => res.writeHead(303, { Location: '/' }).end(),
        (error: unknown) => res.writeHead(500, { 'Content-Type': 'text/plain' }).end(`${error}\n`),
      )
    },
  }
}

const pageHeaders = { 'Content-Type': 'text/html; charset=utf-8' }

/** What the strip "Break something" does, by its path. */
function breaking(redis: DemoRedis, [first]: readonly AppProcess[]): Record<string, () => Promise<void>> {
  const ownOnly = (act: () => Promise<void>) => async () => {
    if (!redis.isOwn) throw new Error('This Redis is the one of REDIS_URL, which the demo leaves alone.')
    await act()
  }
  return {
    '/demo/kill': async () => first?.end('SIGKILL'),
    '/demo/stop-redis': ownOnly(async () => {
      await redis.pause()
      setTimeout(() => redis.goOn().catch(() => {}), STOPPED_FOR_MS).unref()
    }),
    '/demo/empty-redis': ownOnly(async () => {
      const client = createClient({ url: redis.url }).on('error', () => {})
      await client.connect()
      await client.flushAll()
      client.destroy()
    }),
  }
}

class AppProcess {
  upstream: Upstream | undefined
  readonly #name: string
  readonly #env: NodeJS.ProcessEnv
  readonly #onEvent: (event: DemoEvent) => void
  #child: ChildProcess | undefined
  #isClosed = false

  constructor(name: string, env: NodeJS.ProcessEnv, onEvent: (event: DemoEvent) => void) {
    this.#name = name
    this.#env = env
    this.#onEvent = onEvent
  }

  /** Resolves when it listens. One that dies later is started again, as a process manager does. */
  start(): Promise<void> {
    const file = fileURLToPath(new URL('app-process.ts', import.meta.url))
    const child = fork(file, { env: { ...this.#env, PROCESS_NAME: this.#name }, execArgv: fromSources })
    this.#child = child
    return new Promise((resolve, reject) => {
      child.on('message', (message: { readonly port?: number; readonly event?: DemoEvent }) => {
        if (message.event) this.#onEvent(message.event)
        if (message.port === undefined) return
        this.upstream = { name: this.#name, port: message.port }
        resolve()
      })
      child.once('exit', () => {
        const wasUp = this.upstream !== undefined
        this.upstream = undefined
        reject(new Error(`Process ${this.#name} has ended before it listened.`))
        if (wasUp && !this.#isClosed) setTimeout(() => this.#startAgain(), RESTARTED_AFTER_MS)
      })
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.end('SIGTERM')
  }

  /** Resolves when the process is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  #startAgain(): void {
    if (!this.#isClosed) this.start().catch(console.error)
  }
}
