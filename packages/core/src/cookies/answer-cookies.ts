/**
 * What a cookie in an answer is for, the most urgent first: a new session; a session that is over; a session that could
 * not be ended; a session whose cookie is renewed.
 */
export const COOKIE_CHANGES = ['new', 'cleared', 'marked', 'renewed'] as const

export type CookieChange = (typeof COOKIE_CHANGES)[number]

/**
 * Collects the cookies of one answer and bounds their size. A proxy answers 502 where a head does not fit into its buffer
 * (nginx: 4 KB unless told otherwise), and the host's own headers need most of it. A cookie that does not fit is due
 * again with the next request of this browser.
 */
export interface AnswerCookies {
  /** @param setCookies `Set-Cookie` values; a later one for the same name takes the place of an earlier one */
  add(change: CookieChange, setCookies: readonly string[]): void
  /** Takes the change of this cookie back. */
  withdraw(name: string): void
  /** For a sign-out: all clearings leave, at any size. There may be no next request. */
  putOffNoClearing(): void
  /** The cookies that leave. A new session's cookie comes first, because some proxies hand on the first one only. */
  list(): readonly string[]
}

export const MAX_ANSWER_COOKIE_BYTES = 1536

interface Collected {
  readonly change: CookieChange
  readonly setCookie: string
}

export function createAnswerCookies(): AnswerCookies {
  const collected = new Map<string, Collected>()
  let isClearingAll = false

  return {
    add(change, setCookies) {
      for (const setCookie of setCookies) {
        const name = setCookie.slice(0, setCookie.indexOf('='))
        // A name that is set again moves to the end.
        collected.delete(name)
        collected.set(name, { change, setCookie })
      }
    },
    withdraw: (name) => void collected.delete(name),
    putOffNoClearing() {
      isClearingAll = true
    },
    list() {
      const inOrder = COOKIE_CHANGES.flatMap((wanted) =>
        [...collected.values()].filter(({ change }) => change === wanted),
      )
      let bytes = 0
      return inOrder.flatMap(({ change, setCookie }) => {
        const size = headerSize(setCookie)
        // A new session without its cookie could not be found again.
        const mustLeave = change === 'new' || (isClearingAll && change === 'cleared')
        if (!mustLeave && bytes + size > MAX_ANSWER_COOKIE_BYTES) return []
        bytes += size
        return [setCookie]
      })
    },
  }
}

/** As a line of the answer's head; cookies are ASCII. */
function headerSize(setCookie: string): number {
  return 'Set-Cookie: \r\n'.length + setCookie.length
}
