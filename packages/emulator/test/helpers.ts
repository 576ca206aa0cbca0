import { request } from 'node:http'
import Chargebee from 'chargebee'
import { expect, onTestFinished } from 'vitest'
import { type Emulator, type EmulatorOptions, startEmulator } from '../src/index.js'
import { expectChargebeeAnswer } from './chargebee-schemas.js'

export const REDIRECT_URL = 'http://localhost:8080/portal_return'

/** An emulator that ends with the test. */
export async function emulate(options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await startEmulator(options)
  onTestFinished(() => emulator.close())
  return emulator
}

/** The official SDK, pointed at the emulator; every answer that it gets is held against Chargebee's description. */
export function sdkFor({ apiUrl, apiKey }: Pick<Emulator, 'apiUrl' | 'apiKey'>) {
  return new Chargebee({
    site: '127',
    hostSuffix: '.0.0.1',
    protocol: 'http',
    port: Number(new URL(apiUrl).port),
    apiKey,
    httpClient: {
      async makeApiRequest(request) {
        const response = await fetch(request)
        expectChargebeeAnswer(response.status, await response.clone().json())
        return response
      },
    },
  })
}

interface Call {
  method?: string
  path?: string
  form?: Record<string, string> | string
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** One call as it is on the wire. `form` with text is sent as it is. */
export function callApi(emulator: Pick<Emulator, 'apiUrl' | 'apiKey'>, call: Call = {}): Promise<Response> {
  const { method = 'POST', path = '/portal_sessions', form, headers, signal } = call
  return fetch(`${emulator.apiUrl}/api/v2${path}`, {
    method,
    ...(signal && { signal }),
    headers: {
      authorization: `Basic ${btoa(`${emulator.apiKey}:`)}`,
      ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    ...(form !== undefined && { body: new URLSearchParams(form).toString() }),
    ...(typeof form === 'string' && { body: form }),
  })
}

export async function jsonOf(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>
}

export function createForm(customerId = 'cus_ada'): Record<string, string> {
  return { 'customer[id]': customerId, redirect_url: REDIRECT_URL }
}

/** What a promise of the SDK rejects with: mostly plain objects, so `rejects.toThrow` does not fit. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.fail(`resolved with ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  )
}

/** Waits until something is so; the test's own time limit ends it otherwise. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** An expectation that may still have to come true: many times longer than it ever takes. */
export function eventually<T>(get: () => T) {
  return expect.poll(get, { timeout: 20_000 })
}

/** `fetch` sets `Host` itself, so this asks by hand. */
export function statusFor(emulator: Pick<Emulator, 'apiUrl'>, host: string, path = '/'): Promise<number> {
  return new Promise((resolve, reject) => {
    request(`${emulator.apiUrl}${path}`, { headers: { host }, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}
