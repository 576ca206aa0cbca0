import { createServer, type RequestListener, type Server } from 'node:http'
import { type Emulator, startEmulator } from '@portal-sso/emulator'

export interface RunningApp {
  readonly listener: RequestListener
  /** Finishes or ends what is under way at Chargebee. */
  close(): Promise<unknown>
}

/**
 * Starts an example and says where it is; stops it on SIGINT and SIGTERM. With `CHARGEBEE_SITE` and
 * `CHARGEBEE_API_KEY` in the environment it uses that site, otherwise an emulator of its own.
 *
 * `PORT` (8080), `EMULATOR_PORT` (8480), `PORTAL_SSO_BASE_URL` (`http://localhost:{PORT}`) and
 * `DEMO_CUSTOMER_ID` may be given. Ends the process with exit code 1 when it cannot start.
 */
export async function runExample(
  name: string,
  createApp: () => RunningApp,
  { hasDemoUsers = true }: { readonly hasDemoUsers?: boolean } = {},
): Promise<void> {
  let emulator: Emulator | undefined
  let app: RunningApp | undefined
  try {
    const port = readPort('PORT', 8080)
    process.env.PORTAL_SSO_BASE_URL ||= `http://localhost:${port}`
    emulator = await startEmulatorIfNeeded()
    app = createApp()
    const server = createServer(app.listener)
    await listen(server, port)
    announce(name, emulator, hasDemoUsers)
    stopOnSignal(server, app, emulator)
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}\n`)
    await app?.close()
    await emulator?.close()
    process.exitCode = 1
  }
}

async function startEmulatorIfNeeded(): Promise<Emulator | undefined> {
  const { CHARGEBEE_SITE: site, CHARGEBEE_API_KEY: apiKey } = process.env
  if (site && apiKey) return undefined
  if (site || apiKey) {
    const missing = site ? 'CHARGEBEE_API_KEY' : 'CHARGEBEE_SITE'
    console.warn(`${missing} is not set, so this uses the emulator and not your Chargebee site.`)
  }
  const port = readPort('EMULATOR_PORT', 8480)
  const emulator = await startEmulator({ port }).catch((error: unknown) => {
    throw isTaken(error) ? taken(port, 'EMULATOR_PORT', 8481) : error
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

function announce(name: string, emulator: Emulator | undefined, hasDemoUsers: boolean): void {
  const { CHARGEBEE_SITE: site, PORTAL_SSO_BASE_URL: baseUrl } = process.env
  console.log(`
The ${name} example is ready.

  Open            ${baseUrl}
  Chargebee       ${emulator ? `emulator at ${emulator.portalUrl}` : `site ${site}`}
  Stop            Ctrl-C
`)
  if (hasDemoUsers && !emulator && !process.env.DEMO_CUSTOMER_ID) {
    console.log(`Set DEMO_CUSTOMER_ID to the id of a customer of ${site}: Ada is that customer then.\n`)
  }
}

function stopOnSignal(server: Server, app: RunningApp, emulator: Emulator | undefined): void {
  let stopping = false
  const stop = async () => {
    // Ctrl-C reaches the whole process group, and whoever started this may pass it on once more.
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
