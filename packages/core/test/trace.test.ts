import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createEmitter, type PortalSsoEvent } from '../src/events.js'

const created = { type: 'session.created', customerId: 'c1', sessionId: 'portal_1' } as const

function listenTo(site: string, listen: (event: PortalSsoEvent) => void): void {
  const filter = (message: unknown) => {
    if ((message as PortalSsoEvent).site === site) listen(message as PortalSsoEvent)
  }
  subscribe('portal-sso.event', filter)
  onTestFinished(() => void unsubscribe('portal-sso.event', filter))
}

describe('the channel of events', () => {
  it.each([undefined, false, () => {}] as const)('gives them all, with onEvent: %s', (onEvent) => {
    const site = randomUUID()
    const events: PortalSsoEvent[] = []
    listenTo(site, (event) => events.push(event))
    createEmitter({ site, now: () => 0, onEvent })(created)
    expect(events).toEqual([{ ...created, at: '1970-01-01T00:00:00.000Z', site }])
  })

  it('lets no subscriber change what the host is told', () => {
    const site = randomUUID()
    const told: PortalSsoEvent[] = []
    listenTo(site, (event) => void Object.assign(event, { customerId: 'another' }))
    createEmitter({ site, now: () => 0, onEvent: (event) => told.push(event) })(created)
    expect(told).toMatchObject([created])
  })

  it('goes on when a subscriber throws, which Node reports by itself', async () => {
    const site = randomUUID()
    const thrown = new Error('subscriber')
    const uncaught: unknown[] = []
    process.setUncaughtExceptionCaptureCallback((error) => uncaught.push(error))
    onTestFinished(() => process.setUncaughtExceptionCaptureCallback(null))
    const told: PortalSsoEvent[] = []
    listenTo(site, () => {
      throw thrown
    })
    createEmitter({ site, now: () => 0, onEvent: (event) => told.push(event) })(created)
    expect(told).toHaveLength(1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(uncaught).toEqual([thrown])
  })
})

describe('NODE_DEBUG', () => {
  const script = `
    import { createEmitter } from './src/events.js'
    createEmitter({ site: 'acme', now: () => 0, onEvent: false })({ type: 'request.refused', code: 'timeout', detail: 'two\\nlines' })
  `
  const run = (NODE_DEBUG: string) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, NODE_DEBUG },
    })

  it('prints a line for each event', async () => {
    const { stdout, stderr } = await run('portal-sso')
    expect(stdout).toBe('')
    expect(stderr.replace(/ \d+: /, ' PID: ')).toBe(
      'PORTAL-SSO PID: event {"type":"request.refused","code":"timeout","detail":"two\\nlines","at":"1970-01-01T00:00:00.000Z","site":"acme"}\n',
    )
  })

  it('of another module prints nothing', async () => {
    expect(await run('http2x')).toEqual({ stdout: '', stderr: '' })
  })
})
