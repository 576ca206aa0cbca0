import { hkdfSync } from 'node:crypto'
import { checkString, refuseOption } from './checks.js'

export const API_KEY = /^\S+$/
const MIN_SECRET_BYTES = 32
const MEND = `Pass at least ${MIN_SECRET_BYTES} random bytes, for example from: openssl rand -base64 33.`

export interface SecretOptions {
  readonly secret: unknown
  /** Of the environment, comma-separated; where there is no option. */
  readonly variable: string | undefined
  readonly apiKey: string
  readonly previousApiKeys: unknown
  /** Whether a derived secret is not enough: with the API key alone it must not be possible to forge a begun sign-in. */
  readonly isRequired: boolean
}

/** What cookies are sealed with: the first seals, all of them open. */
export interface Secrets {
  /**
   * For remembered sessions. What is derived from the present API key always opens them: a host that begins without a
   * `secret` and gets one later keeps what its customers' browsers remember.
   */
  readonly jar: readonly string[]
  /** For sign-ins begun at Chargebee: where one is given, none that is derived from an API key, which others may know. */
  readonly loginState: readonly string[]
}

export function toSecrets({ secret, variable, apiKey, previousApiKeys, isRequired }: SecretOptions): Secrets {
  const fromEnvironment = variable ? variable.split(',').map((part) => part.trim()) : undefined
  const given = secret === undefined ? fromEnvironment : secret
  if (given === undefined && isRequired) {
    refuseOption('secret', 'is missing, which "login" needs', `${MEND} Or set PORTAL_SSO_SECRET.`)
  }
  const derived = [apiKey, ...checkKeys(previousApiKeys)].map(deriveSecret)
  const checked = given === undefined ? derived : checkSecrets(given)
  return { jar: [...new Set([...checked, ...derived])], loginState: checked }
}

function checkSecrets(value: unknown): string[] {
  const secrets: unknown[] = Array.isArray(value) ? value : [value]
  if (secrets.length === 0) refuseOption('secret', 'is an empty array', MEND)
  return secrets.map((secret) => {
    const text = checkString('secret', secret, /./s, MEND)
    if (Buffer.byteLength(text) < MIN_SECRET_BYTES)
      refuseOption('secret', `is shorter than ${MIN_SECRET_BYTES} bytes`, MEND)
    return text
  })
}

function checkKeys(value: unknown): string[] {
  if (value === undefined) return []
  const mend = 'Pass an array of the API keys that were in use before.'
  if (!Array.isArray(value)) refuseOption('previousApiKeys', 'is not an array', mend)
  return value.map((key) => checkString('previousApiKeys', key, API_KEY, mend))
}

function deriveSecret(apiKey: string): string {
  return Buffer.from(hkdfSync('sha256', apiKey, '', '@portal-sso secret from API key v1', 32)).toString(
    'base64url',
  )
}
