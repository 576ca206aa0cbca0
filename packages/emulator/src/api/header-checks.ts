import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { isEmail } from '../site/email.js'
import { MAX_KEY_LENGTH } from './idempotency.js'
import { wrongValue } from './refusal.js'

/** Longest headers, in characters (source: Chargebee's pages on idempotency and business entities). */
const MAX_LENGTH = {
  'chargebee-idempotency-key': MAX_KEY_LENGTH,
  'chargebee-business-entity-id': 50,
} as const

const allDisabled = (value: string): boolean => value === 'all-disabled'

/** Forms that Chargebee's OpenAPI description gives these headers; what a malformed one gets is not known. */
const FORMS: Readonly<Record<string, (value: string) => boolean>> = {
  'chargebee-request-origin-ip': (value) => isIP(value) !== 0,
  'chargebee-request-origin-user': isEmail,
  'chargebee-request-origin-user-encoded': (value) =>
    /^[A-Za-z0-9+/]+={0,2}$/.test(value) && Buffer.from(value, 'base64').toString().includes('@'),
  'chargebee-event-email': allDisabled,
  'chargebee-event-webhook': allDisabled,
  'chargebee-event-actions': allDisabled,
}

/** @throws {Refusal} 400 */
export function checkHeaders(headers: IncomingHttpHeaders, malformed: 'refused' | 'ignored'): void {
  for (const [name, max] of Object.entries(MAX_LENGTH)) {
    const value = headers[name]
    if (typeof value === 'string' && value.length > max)
      throw wrongValue(name, `cannot be longer than ${max} characters`)
  }
  if (malformed === 'ignored') return
  for (const [name, isWellFormed] of Object.entries(FORMS)) {
    const value = headers[name]
    // The encoded one makes Chargebee ignore the plain one (stated).
    if (name === 'chargebee-request-origin-user' && headers[`${name}-encoded`] !== undefined) continue
    if (typeof value === 'string' && !isWellFormed(value)) throw wrongValue(name, 'is not valid')
  }
}
