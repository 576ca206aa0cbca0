import { createServer, type RequestListener, type Server } from 'node:http'
import { type Emulator, startEmulator } from '@portal-sso/emulator'
import { describeStart } from './describe-start.js'
import { type DemoEvent, Narrator } from './narrator.js'
import { demoUsers } from './users.js'

export interface RunningApp {
  readonly listener: RequestListener
  /** Finishes or ends what is under way at Chargebee. */
  close(): Promise<unknown>
}

/** What the app is made with: its options for `portalSso()` that are the demo's and not the integration's. */
export interface DemoOptions {
  readonly onEvent: (event: DemoEvent) => void
}

/**
 * Starts an example, says where it is and what happens in it; stops it on SIGINT and SIGTERM. With `CHARGEBEE_SITE`
 * and `CHARGEBEE_API_KEY` in the environment it uses that site, otherwise an emulator of its own.
 *
 * `PORT` (8080), `EMULATOR_PORT` (8480, or a free one where that is taken), `PORTAL_SSO_BASE_URL`
 * (`http://localhost:{PORT}`) and `DEMO_CUSTOMER_ID` may be given. Ends the process with exit code 1 when it cannot
 * start.
 */
export async function runExample(
  name: string,
  createApp: (options: DemoOptions) => RunningApp | Promise<RunningApp>,
  { hasDemoUsers = true }: { readonly hasDemoUsers?: boolean } = {},
): Promise<void> {
  let emulator: Emulator | undefined
  let app: RunningApp | undefined
  try {
    const port = readPort('PORT', 8080)
    process.env.PORTAL_SSO_BASE_URL ||= `http://localhost:${port}`
    emulator = await startEmulatorIfNeeded()
    const narrator = new Narrator(hasDemoUsers ? namesOfUsers() : new Map(), (line) => console.log(line))
    app = await createApp({ onEvent: (event) => narrator.tell(event) })
    const server = createServer(app.listener)
    await listen(server, port)
    console.log(describeStart({ name, emulator, hasDemoUsers, env: process.env }))
    stopOnSignal(server, app, emulator)
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}\n`)
    await app?.close()
    await emulator?.close()
    process.exitCode = 1
  }
}

function namesOfUsers(): ReadonlyMap<string, string> {
  return new Map(
    demoUsers.flatMap(({ customerId, name }) => (customerId ? [[customerId, name] as const] : [])),
  )
}

async function startEmulatorIfNeeded(): Promise<Emulator | undefined> {
  const { CHARGEBEE_SITE: site, CHARGEBEE_API_KEY: apiKey, EMULATOR_PORT: chosen } = process.env
  if (site && apiKey) return undefined
  if (site || apiKey) {
    const missing = site ? 'CHARGEBEE_API_KEY' : 'CHARGEBEE_SITE'
    console.warn(`${missing} is not set, so this uses the emulator and not your Chargebee site.`)
  }
  const port = readPort('EMULATOR_PORT', 8480)
  const emulator = await startEmulator({ port }).catch((error: unknown) => {
    if (!isTaken(error)) throw error
    // Its address is printed in any case, so any port does, unless a certain one was asked for.
    if (chosen) throw taken(port, 'EMULATOR_PORT', 8481)
    return startEmulator({ port: 0 })
  })
  Object.assign(process.env, emulator.env)
  return emulator
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(isTaken(error) ? taken(port, 'PORT', 8443) : error))
    server.listen(port, 'localhost', resolve)
  })
}

function stopOnSignal(server: Server, app: RunningApp, emulator: Emulator | undefined): void {
  let stopping = false
  const stop = async () => {
    // Ctrl-C reaches the whole process group, and the program that started this may pass it on once more.
    if (stopping) return
    stopping = true
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeIdleConnections()
    await app.close()
    server.closeAllConnections()
    await closed
    await emulator?.close()
    console.log('Stopped.')
    process.exit(0)
  }
  const onSignal = () => {
    stop().catch((error: unknown) => {
      console.error(error)
      process.exit(1)
    })
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}

function readPort(variable: string, preset: number): number {
  const text = process.env[variable] || String(preset)
  const port = Number(text)
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new Error(`${variable}=${text} is not a port.`)
  return port
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
}

function taken(port: number, variable: string, other: number): Error {
  return new Error(
    `Port ${port} is taken by another program. Stop that one, or choose another port, such as ${variable}=${other}.`,
  )
}
