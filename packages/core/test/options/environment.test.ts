import { runInNewContext } from 'node:vm'
import { startEmulator } from '@portal-sso/emulator'
import { afterEach, describe, expect, it } from 'vitest'
import { createPortalSso } from '../../src/portal-sso.js'

const before = Object.getOwnPropertyDescriptors(globalThis)
afterEach(() => {
  for (const name of ['setImmediate', 'Request', 'Uint8Array', 'TextDecoder'] as const) {
    Object.defineProperty(globalThis, name, before[name])
  }
})

const OPTIONS = {
  site: 'acme-test',
  apiKey: 'key',
  apiUrl: 'http://127.0.0.1:9',
  portalUrl: 'http://127.0.0.1:9',
  baseUrl: 'http://localhost:8080',
  getCustomerId: () => 'cus_1',
}

function take(name: string): void {
  Object.defineProperty(globalThis, name, { value: undefined, configurable: true, writable: true })
}

describe('an environment that is not quite Node', () => {
  it('has no setImmediate: a session is opened and ended', async () => {
    const emulator = await startEmulator({ customers: [{ id: 'cus_1' }] })
    take('setImmediate')
    const { site, apiKey, apiUrl, portalUrl } = emulator
    const portal = createPortalSso<[]>({ ...OPTIONS, site, apiKey, apiUrl, portalUrl }, { env: {} })
    const cookies: string[] = []
    const request = {
      method: 'POST',
      headers: {},
      native: [],
      clientAddress: undefined,
      isAnswered: () => false,
      appendCookies: (added: readonly string[]) => void cookies.push(...added),
      handOut: (_handOut: object, listener: (delivery: 'delivered') => void) => listener('delivered'),
      onHead: () => {},
    }
    await portal.createSession(request)
    const headers = { cookie: cookies.map((cookie) => cookie.split(';', 1)[0]).join('; ') }
    expect(await portal.logout({ ...request, headers })).toEqual({ ended: 1, pending: 0 })
    expect(emulator.sessions().map(({ status }) => status)).toEqual(['logged_out'])
    await portal.close()
    Object.defineProperty(globalThis, 'setImmediate', before.setImmediate)
    await emulator.close()
  })

  it.each([
    ['Request', undefined],
    ['TextDecoder', undefined],
    ['Uint8Array', runInNewContext('Uint8Array')],
  ])('has no %s of Node: the middleware is not built, and says why', (name, value) => {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
    let message = ''
    try {
      createPortalSso<[]>(OPTIONS, { env: {} })
    } catch (error) {
      message = error instanceof TypeError ? error.message : 'no TypeError'
    } finally {
      Object.defineProperty(globalThis, name, { ...before[name as 'Request'] })
    }
    expect(message).toContain(name)
    expect(message).toContain('@jest-environment node')
  })
})
