import { parseCookie } from 'cookie'
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
  const isRandom = new RegExp(`^[A-Za-z0-9_-]{${randomLength}}$`)
  const cookies: FoundCookie[] = []
  const unreadable: UnreadableCookie[] = []
  // Our values hold nothing that would have to be decoded.
  for (const [name, value = ''] of Object.entries(parseCookie(header, { decode: (text) => text }))) {
    const size = name.length + value.length + 3
    const isOther = !name.startsWith(prefix)
    const random = isOther
      ? name.startsWith(otherPrefix) && name.slice(otherPrefix.length)
      : name.slice(prefix.length)
    const isOurs = random !== false && isRandom.test(random)
    if (isJoined(value, prefix, isRandom, randomLength)) unreadable.push({ reason: 'joined', size })
    else if (isOurs) cookies.push({ name, value, size, isOther })
  }
  return { cookies: cookies.reverse(), unreadable: unreadable.reverse() }
}

/** A comma, and after it a cookie of ours: `a=1, psso.…=…`. */
function isJoined(value: string, prefix: string, isRandom: RegExp, randomLength: number): boolean {
  for (let at = value.indexOf(prefix); at >= 0; at = value.indexOf(prefix, at + 1)) {
    const end = at + prefix.length + randomLength
    const isBehindComma = /,\s*$/.test(value.slice(Math.max(0, at - 3), at))
    if (isBehindComma && value[end] === '=' && isRandom.test(value.slice(at + prefix.length, end)))
      return true
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
