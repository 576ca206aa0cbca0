import { inspect } from 'node:util'
import { TEXT_OF_CHARGEBEE } from './fault.ts'

export interface Secrets {
  readonly apiKey: string
  /** What cookies are sealed with. */
  readonly derived: readonly string[]
  /** Tokens of all sessions; an access URL ends in one. */
  readonly tokens: readonly string[]
}

/** Everything that can be read out of a value by whoever logs it. */
export function spell(value: unknown): string {
  const parts = [inspect(value, { showHidden: true, depth: 10, maxArrayLength: null, maxStringLength: null })]
  parts.push(String(value), toJson(value))
  if (value instanceof Error) parts.push(value.stack ?? '', spell(value.cause))
  return parts.join('\n')
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}

/** What gives the names of the secrets that a text holds, in any of the spellings that they have on their way. */
export function leakFinder({ apiKey, derived, tokens }: Secrets): (text: string) => string[] {
  const base64 = (secret: string) =>
    [secret, `${secret}:`].map((value) => Buffer.from(value).toString('base64').replace(/=+$/, ''))
  const hex = (secret: string) => Buffer.from(secret).toString('hex')
  const raw = (secret: string) => Buffer.from(secret, 'base64url')
  const spellings: readonly [name: string, spellings: readonly string[]][] = [
    ['API key', [apiKey, hex(apiKey), ...base64(apiKey)]],
    ...derived.map((secret): [string, string[]] => [
      'derived secret',
      [secret, hex(secret), ...base64(secret), raw(secret).toString('hex'), raw(secret).toString('base64')],
    ]),
    ...tokens.map((token): [string, string[]] => ['token or access URL', [token]]),
    ["Chargebee's text", [TEXT_OF_CHARGEBEE]],
  ]
  return (text) => spellings.filter(([, all]) => all.some((one) => text.includes(one))).map(([name]) => name)
}
