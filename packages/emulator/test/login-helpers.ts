import { expect } from 'vitest'
import type { Emulator } from '../src/index.js'

export const RETURN_URL = 'http://localhost:8080/portal_callback/state_1'
export const CANCEL_URL = 'http://localhost:8080/cancelled'

export interface Shown {
  readonly status: number
  readonly text: string
  readonly location: string | null
  readonly headers: Headers
}

/** The login as a host links it. */
export function openLogin(emulator: Pick<Emulator, 'portalUrl'>, query: Record<string, string> = {}) {
  const all = new URLSearchParams({ return_url: RETURN_URL, cancel_url: CANCEL_URL, ...query })
  return show(`${emulator.portalUrl}/portal/login?${all}`)
}

export async function show(url: string, init?: RequestInit): Promise<Shown> {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const { status, headers } = response
  return { status, headers, location: headers.get('location'), text: await response.text() }
}

/** Where a page of the emulator leads on to another one of it. */
export function follow(emulator: Pick<Emulator, 'portalUrl'>, { location }: Shown): Promise<Shown> {
  if (!location?.startsWith('/')) expect.fail(`leads to ${location}`)
  return show(emulator.portalUrl + location)
}

/** Sends a form of a page the way a browser does: its own action, its hidden and prefilled fields, then these. */
export function submit(
  emulator: Pick<Emulator, 'portalUrl'>,
  page: Shown,
  action: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Shown> {
  const form = page.text.split('<form ').find((part) => part.includes(`method="post" action="${action}"`))
  const inputs = (form?.split('</form>')[0] ?? expect.fail(`no form for ${action}`)).match(/<input [^>]*>/g)
  const filled = new URLSearchParams()
  for (const input of inputs ?? []) filled.set(attribute(input, 'name'), attribute(input, 'value'))
  for (const [name, value] of Object.entries(fields)) filled.set(name, value)
  return show(`${emulator.portalUrl}${action}`, { method: 'POST', body: filled, headers })
}

export function attribute(tag: string, name: string): string {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  return value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
}

export function links(page: Shown): string[] {
  return (page.text.match(/<a [^>]*>/g) ?? []).map((tag) => attribute(tag, 'href'))
}

/** A whole login of a customer with one account: what the browser then carries to the host. */
export async function logIn(
  emulator: Pick<Emulator, 'portalUrl'>,
  email = 'ada@example.com',
  password = 'portal',
) {
  const done = await submit(emulator, await openLogin(emulator), '/portal/login', { email, password })
  const { searchParams } = new URL(done.location ?? expect.fail(`not signed in: ${done.status}`))
  return {
    id: searchParams.get('auth_session_id') ?? '',
    token: searchParams.get('auth_session_token') ?? '',
  }
}
