import { hkdfSync } from 'node:crypto'
import { checkString, refuseOption } from './option-checks.js'

export const API_KEY = /^\S+$/
const MIN_SECRET_BYTES = 32

export interface SecretOptions {
  readonly secret: unknown
  /** Of the environment, comma-separated; where there is no option. */
  readonly variable: string | undefined
  readonly apiKey: string
  readonly previousApiKeys: unknown
}

/** What cookies are sealed with: the first seals, all of them open. Derived from the API key where none is given. */
export function toSecrets({ secret, variable, apiKey, previousApiKeys }: SecretOptions): string[] {
  const fromEnvironment = variable ? variable.split(',').map((part) => part.trim()) : undefined
  const given = secret === undefined ? fromEnvironment : secret
  const current = given === undefined ? [deriveSecret(apiKey)] : checkSecrets(given)
  return [...current, ...checkKeys(previousApiKeys).map(deriveSecret)]
}

function checkSecrets(value: unknown): string[] {
  const mend = `Pass at least ${MIN_SECRET_BYTES} random bytes, for example from: openssl rand -base64 33`
  const secrets: unknown[] = Array.isArray(value) ? value : [value]
  if (secrets.length === 0) refuseOption('secret', 'is an empty array', mend)
  return secrets.map((secret) => {
    const text = checkString('secret', secret, /./s, mend)
    if (Buffer.byteLength(text) < MIN_SECRET_BYTES)
      refuseOption('secret', `is shorter than ${MIN_SECRET_BYTES} bytes`, mend)
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
