import type { OutgoingHttpHeader, ServerResponse } from 'node:http'

/** A session that leaves with an answer: its cookie, and the head that it leaves with. */
export interface HandOut {
  /** `Set-Cookie` value. */
  readonly cookie: string
  /** Of an answer of ours; a page of the host's own has a head that only the host knows. */
  readonly head?: { readonly status: number; readonly location?: string | undefined }
}

/**
 * The head of one answer, whoever writes it. Cookies are added at the moment at which it is written: a host that sets
 * `Set-Cookie` anew until then, or wipes all headers for an error page, does not take ours with it.
 */
export interface AnswerHead {
  /** @param cookies `Set-Cookie` values; a later one for the same name takes the place of an earlier one */
  addCookies(cookies: readonly string[]): void
  /** The cookie leaves with the head that belongs to it, or not at all; nor does the `Location`. */
  addHandOut(handOut: HandOut): void
  /** Calls when the head is written. */
  onWritten(listener: () => void): void
  /** What is in the head in place of what was handed out, in words; as it stands now. */
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
    // Good for whoever has it, and no cookie would know of the session.
    const isOrphaned = ({ head }: HandOut) => head?.location === res.getHeader('Location')
    if (handOuts.some((handOut) => !leaving.includes(handOut) && isOrphaned(handOut))) {
      res.removeHeader('Location')
    }
    const handedOut = new Set(handOuts.map(({ cookie }) => cookie))
    // Some front ends hand on the first cookie only. A session that is lost there could not be ended; of all others
    // the host's own are the more important ones.
    const all = new Set([
      ...leaving.map(({ cookie }) => cookie),
      ...cookiesOf(res),
      ...[...cookies.values()].filter((cookie) => !handedOut.has(cookie)),
    ])
    // One alone is a text, as frameworks set it: there are wrappers that know no list.
    const [first, ...others] = all
    if (first !== undefined) res.setHeader('Set-Cookie', others.length === 0 ? first : [...all])
  }

  const writeHead = res.writeHead as (...headArguments: unknown[]) => ServerResponse
  res.writeHead = (status: number, ...rest: unknown[]) => {
    // Node refuses a second head; that is not for us to do.
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

/** What `writeHead` is given takes the place of what was set before: an object, a flat list, or a list of pairs. */
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
