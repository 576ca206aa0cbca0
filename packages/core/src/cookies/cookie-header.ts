import type { UnreadableCookie } from './unreadable.js'

export interface FoundCookie {
  readonly name: string
  readonly value: string
  /** `name=value; `, in bytes. */
  readonly size: number
  /** Its name has the other prefix. */
  readonly isOther: boolean
}

export interface FoundCookies {
  /** With names of our exact form, the last in the header first: the last one is the one set last. */
  readonly cookies: readonly FoundCookie[]
  /** Ours, but no longer in a form in which one can be told from the next. They are not taken apart: a value of the host's may look the same. */
  readonly unreadable: readonly UnreadableCookie[]
}

const RANDOM = /^[A-Za-z0-9_-]+$/
const NOTHING: FoundCookies = { cookies: [], unreadable: [] }

/**
 * Finds cookies of ours in a request's header, whatever stands there.
 * @param header a text by Node's types; wrappers have been seen to hand on a list
 * @param randomLength of what follows the prefix in a name
 */
export function findCookies(
  header: string | readonly string[] | undefined,
  prefix: string,
  otherPrefix: string,
  randomLength: number,
): FoundCookies {
  if (typeof header !== 'string') return findInList(header, prefix)
  if (!header.includes(prefix) && !header.includes(otherPrefix)) return NOTHING
  // Of a name that comes twice the first one counts, as for every other cookie.
  const cookies = new Map<string, FoundCookie>()
  const unreadable: UnreadableCookie[] = []
  const mayBeJoined = header.includes(',')
  // The package `cookie` makes an object of all that a header holds, which for hundreds of fakes is most of the work.
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    const value = pair.slice(at + 1).trim()
    const size = name.length + value.length + 3
    const isOther = !name.startsWith(prefix)
    const start = !isOther ? prefix.length : name.startsWith(otherPrefix) ? otherPrefix.length : -1
    if (mayBeJoined && isJoined(value, prefix, randomLength)) unreadable.push({ reason: 'joined', size })
    else if (at < 0 || start < 0 || name.length !== start + randomLength || cookies.has(name)) continue
    else if (RANDOM.test(name.slice(start))) cookies.set(name, { name, value, size, isOther })
  }
  return { cookies: [...cookies.values()].reverse(), unreadable: unreadable.reverse() }
}

/** A comma, and after it a cookie of ours: `a=1, psso.…=…`. */
function isJoined(value: string, prefix: string, randomLength: number): boolean {
  for (let at = value.indexOf(prefix); at >= 0; at = value.indexOf(prefix, at + 1)) {
    const end = at + prefix.length + randomLength
    const isBehindComma = /,\s*$/.test(value.slice(Math.max(0, at - 3), at))
    if (isBehindComma && value[end] === '=' && RANDOM.test(value.slice(at + prefix.length, end))) return true
  }
  return false
}

function findInList(list: readonly string[] | undefined, prefix: string): FoundCookies {
  if (!Array.isArray(list)) return NOTHING
  const ours = list.filter((part) => typeof part === 'string' && part.includes(prefix))
  return {
    cookies: [],
    unreadable: ours.map((part: string): UnreadableCookie => ({ reason: 'list', size: part.length + 2 })),
  }
}
