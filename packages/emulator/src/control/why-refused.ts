import type { Answer } from '../api/chargebee-errors.js'

const MAX_LENGTH = 300

/** In plain words why a call was refused; `undefined` when it was not. A key never stands in it. */
export function whyRefused(
  { status, body }: Answer,
  authorization: string | undefined,
  byRule: boolean,
): string | undefined {
  if (status < 400) return undefined
  if (byRule) return 'A rule of fail() said so.'
  if (status === 401) return whyUnauthenticated(authorization)
  try {
    return String((JSON.parse(String(body)) as { message?: unknown }).message).slice(0, MAX_LENGTH)
  } catch {
    return undefined
  }
}

function whyUnauthenticated(authorization: string | undefined): string {
  if (authorization === undefined) return 'The call has no Authorization header.'
  const encoded = /^basic (.+)$/i.exec(authorization)?.[1]
  if (encoded === undefined) return 'The Authorization header is not of the scheme Basic.'
  const credentials = Buffer.from(encoded, 'base64').toString()
  if (credentials === '' || credentials.startsWith(':')) return 'The API key is empty.'
  if (/:./.test(credentials)) return 'The password has to be empty: the API key is the user name.'
  return 'The API key is not the one that this emulator was started with.'
}
