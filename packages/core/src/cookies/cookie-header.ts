import type { UnreadableReason } from '../events.js'
import type { UnreadableCookie } from './unreadable.js'

/** How cookies of one kind and site look from outside. */
export interface CookieForm {
  /** What all names of the kind begin with, behind `__Host-` on https: `psso.` */
  readonly prefix: string
  readonly isSecure: boolean
  /** What follows it in names of this site. */
  readonly tag: string
  /** How many characters follow the prefix, the tag included. */
  readonly randomLength: number
  readonly valueStart: string
  /** What one cookie takes of a request's headers at the most, in bytes. */
  readonly maxSize: number
  /** How many unreadable cookies of one reason are listed with their names. The others are counted. */
  readonly maxNamed: number
}

export interface FoundCookie {
  readonly name: string
  readonly value: string
  /** `name=value; `, in bytes. */
  readonly size: number
}

export interface FoundCookies {
  /** Cookies that look like ours. The last in the header comes first, because it was set last. */
  readonly cookies: readonly FoundCookie[]
  /** In the same order; what is counted alone comes last. */
  readonly unreadable: readonly UnreadableCookie[]
}

const SECURE = '__Host-'
const REST_OF_NAME = /[A-Za-z0-9_-]+=/y
const NOTHING: FoundCookies = { cookies: [], unreadable: [] }

/**
 * Finds cookies of ours in a request's header, from its end to its beginning. It goes from one place to the next at
 * which a name of ours may begin, and makes nothing of what can't be ours: a stranger decides how many cookies there
 * are, and to take hundreds of them apart would be most of the work of such a request.
 * @param header a text by Node's types; some wrappers hand on a list
 */
export function findCookies(header: string | readonly string[] | undefined, form: CookieForm): FoundCookies {
  const { prefix, isSecure, valueStart, maxSize } = form
  if (typeof header !== 'string') return findInList(header, prefix)
  let at = header.lastIndexOf(prefix)
  if (at < 0) return NOTHING
  const cookies = new Map<string, FoundCookie>()
  const unreadable = createTally(form.maxNamed)
  for (; at >= 0; at = lastIndexBefore(header, prefix, at)) {
    const isWithSecure = header.startsWith(SECURE, at - SECURE.length)
    const start = isWithSecure ? at - SECURE.length : at
    const nameEnd = at + prefix.length + form.randomLength
    const before = characterBefore(header, start)
    const isOurs = isWithSecure === isSecure
    if (before !== ';' && !(before === ',' && isOurs)) continue
    if (!isRestOfName(header, at + prefix.length, nameEnd)) continue
    const end = toPairEnd(header, nameEnd)
    if (before === ',') {
      // A cookie that can't be told from its neighbours is left alone: a value of the host may look the same.
      at = header.lastIndexOf(';', start) + 1
      unreadable.add('joined', end - at + 2)
      continue
    }
    const size = Math.min(end - start + 2, maxSize)
    const fault = !isOurs
      ? 'scheme'
      : !header.startsWith(form.tag, at + prefix.length)
        ? 'site'
        : header.startsWith(valueStart, nameEnd + 1)
          ? undefined
          : 'form'
    if (fault) {
      unreadable.add(fault, size, () => header.slice(start, nameEnd))
      continue
    }
    // Of a name that comes twice the first one counts, as for every other cookie.
    const name = header.slice(start, nameEnd)
    cookies.set(name, { name, value: header.slice(nameEnd + 1, end).trimEnd(), size })
  }
  return { cookies: [...cookies.values()], unreadable: unreadable.list() }
}

function lastIndexBefore(text: string, part: string, end: number): number {
  return end === 0 ? -1 : text.lastIndexOf(part, end - 1)
}

/** The character in front of white space; at the beginning of the header that is no other than between two cookies. */
function characterBefore(header: string, start: number): string {
  let at = start - 1
  while (header[at] === ' ' || header[at] === '\t') at--
  return header[at] ?? ';'
}

function isRestOfName(header: string, start: number, end: number): boolean {
  REST_OF_NAME.lastIndex = start
  return REST_OF_NAME.test(header) && REST_OF_NAME.lastIndex === end + 1
}

function toPairEnd(header: string, from: number): number {
  const end = header.indexOf(';', from)
  return end < 0 ? header.length : end
}

/** Unreadable cookies: the first of each reason with their names, and how many others there are. */
function createTally(maxNamed: number) {
  const listed: UnreadableCookie[] = []
  const counts = new Map<UnreadableReason, number>()
  const others = new Map<UnreadableReason, { size: number; count: number }>()
  return {
    add(reason: UnreadableReason, size: number, toName?: () => string): void {
      const count = counts.get(reason) ?? 0
      counts.set(reason, count + 1)
      if (count < maxNamed) {
        listed.push({ reason, size, ...(toName && { name: toName() }) })
        return
      }
      const other = others.get(reason) ?? { size: 0, count: 0 }
      other.size += size
      other.count++
      others.set(reason, other)
    },
    list: (): UnreadableCookie[] => [
      ...listed,
      ...[...others].map(([reason, { size, count }]) => ({ reason, size, count })),
    ],
  }
}

function findInList(list: readonly string[] | undefined, prefix: string): FoundCookies {
  if (!Array.isArray(list)) return NOTHING
  const ours = list.filter((part) => typeof part === 'string' && part.includes(prefix))
  return {
    cookies: [],
    unreadable: ours.map((part: string): UnreadableCookie => ({ reason: 'list', size: part.length + 2 })),
  }
}
