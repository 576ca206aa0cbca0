import type { OutgoingHttpHeader, ServerResponse } from 'node:http'

/** A session that is handed out with an answer: its cookie and the rest of the head. */
export interface HandOut {
  /** `Set-Cookie` value. */
  readonly cookie: string
  /** The head of an answer of ours. For a page of the host's own it is unknown. */
  readonly head?: { readonly status: number; readonly location?: string | undefined }
}

/**
 * The head of one answer. Our cookies are added at the moment at which it is written, by us or by the host. A host that
 * sets `Set-Cookie` anew before that, or removes all headers for an error page, does not lose them.
 */
export interface AnswerHead {
  /** @param cookies `Set-Cookie` values; a later one for the same name takes the place of an earlier one */
  addCookies(cookies: readonly string[]): void
  /** The cookie and its `Location` leave together, or neither of them. */
  addHandOut(handOut: HandOut): void
  /** Calls when the head is written. */
  onWritten(listener: () => void): void
  /** What stands in the head in place of what was handed out, in words; `undefined` where nothing was replaced. */
  findChange(handOut: HandOut): string | undefined
}

const heads = new WeakMap<ServerResponse, AnswerHead>()

/** One for each response, however often it is asked for. */
export function answerHeadOf(res: ServerResponse): AnswerHead {
  const known = heads.get(res)
  if (known) return known
  const head = createAnswerHead(res)
  heads.set(res, head)
  return head
}

function createAnswerHead(res: ServerResponse): AnswerHead {
  const cookies = new Map<string, string>()
  const handOuts: HandOut[] = []
  const listeners: (() => void)[] = []

  function complete(): void {
    const leaving = handOuts.filter((handOut) => findOtherHead(res, handOut) === undefined)
    // This `Location` is an access URL whose cookie does not leave: no later sign-out would find the session.
    const isOrphaned = ({ head }: HandOut) => head?.location === res.getHeader('Location')
    if (handOuts.some((handOut) => !leaving.includes(handOut) && isOrphaned(handOut))) {
      res.removeHeader('Location')
    }
    const handedOut = new Set(handOuts.map(({ cookie }) => cookie))
    // Some proxies hand on the first cookie only. A new session's cookie comes first, because without it the session
    // could not be ended. The host's own cookies come next.
    const all = new Set([
      ...leaving.map(({ cookie }) => cookie),
      ...cookiesOf(res),
      ...[...cookies.values()].filter((cookie) => !handedOut.has(cookie)),
    ])
    // A single cookie is set as a text, as frameworks do: some wrappers know no list.
    const [first, ...others] = all
    if (first !== undefined) res.setHeader('Set-Cookie', others.length === 0 ? first : [...all])
  }

  const writeHead = res.writeHead as (...headArguments: unknown[]) => ServerResponse
  res.writeHead = (status: number, ...rest: unknown[]) => {
    // A second head is Node's to refuse.
    if (res.headersSent) return writeHead.call(res, status, ...rest)
    res.statusCode = status
    setHeaders(
      res,
      rest.find((given) => typeof given === 'object' && given !== null),
    )
    complete()
    writeHead.call(res, status, ...rest.filter((given) => typeof given === 'string'))
    if (res.headersSent) for (const listener of listeners.splice(0)) listener()
    return res
  }

  return {
    addCookies(given) {
      for (const cookie of given) cookies.set(cookie.slice(0, cookie.indexOf('=')), cookie)
    },
    addHandOut: (handOut) => void handOuts.push(handOut),
    onWritten: (listener) => void listeners.push(listener),
    findChange: (handOut) =>
      findOtherHead(res, handOut) ??
      (cookiesOf(res).includes(handOut.cookie) ? undefined : 'Set-Cookie without our cookie'),
  }
}

function findOtherHead(res: ServerResponse, { head }: HandOut): string | undefined {
  if (!head) return undefined
  if (res.statusCode !== head.status) return `status ${res.statusCode} in place of ${head.status}`
  const location = res.getHeader('Location')
  if (location !== head.location) return location === undefined ? 'no Location' : 'another Location'
  return undefined
}

function cookiesOf(res: ServerResponse): string[] {
  return [res.getHeader('Set-Cookie') ?? []].flat().map(String)
}

/** Headers that `writeHead` is given replace those set before. They are an object, a flat list, or a list of pairs. */
function setHeaders(res: ServerResponse, given: unknown): void {
  if (!given) return
  if (!Array.isArray(given)) {
    for (const [name, value] of Object.entries(given))
      if (name) res.setHeader(name, value as OutgoingHttpHeader)
    return
  }
  const pairs = Array.isArray(given[0]) ? (given as [string, string][]) : toPairs(given as string[])
  for (const [name] of pairs) res.removeHeader(name)
  for (const [name, value] of pairs) res.appendHeader(name, value)
}

function toPairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, flat[index + 1] as string]] : [],
  )
}
