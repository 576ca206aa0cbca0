import type { Begun, LoginPage } from './reverse-flow.ts'

/** What the model knows of a cookie that the host has set: which session it stands for, and under which secret. */
export interface Content {
  readonly sessionId: string
  readonly customer: string
  readonly loginId: string
  readonly createdAt: number
  readonly isPending: boolean
  readonly secret: string
}

export interface HeldCookie {
  readonly name: string
  readonly value: string
  readonly expiresAt: number
  /** Of a portal session. Neither this nor `begun`: the model has tampered with it. */
  readonly content: Content | undefined
  /** Of a sign-in begun at Chargebee. */
  readonly begun?: Begun | undefined
}

export type Tampering = 'change' | 'swap' | 'delete'

/** A browser: its cookies, and who is signed in to the host there. */
export class Browser {
  cookies = new Map<string, HeldCookie>()
  customer: string | null = null
  /** The host's own id of the login; a new one with every sign-in. */
  login: string | null = null
  /** Browsers between which cookies were copied: what one of them does may end what the others have. */
  family: { readonly name: string }
  /** Sessions whose cookie the model itself has spoilt, or let expire: not to be found any more. */
  readonly forfeited = new Set<string>()
  /** Chargebee's login, open in its tabs, the latest last. */
  readonly pages: LoginPage[] = []
  /** The cookies of all sign-ins that were ever begun here: somebody may have kept them. */
  readonly #kept = new Map<string, HeldCookie>()
  /** When a cookie of a session was last due for renewal. */
  readonly seenAt = new Map<string, number>()

  constructor(readonly name: string) {
    this.family = { name }
  }

  /** @param withKept also the cookies that it should not have any more */
  held(withKept = false): ReadonlyMap<string, HeldCookie> {
    return withKept ? new Map([...this.#kept, ...this.cookies]) : this.cookies
  }

  header(withKept = false): string | undefined {
    const pairs = [...this.held(withKept).values()].map(({ name, value }) => `${name}=${value}`)
    return pairs.length > 0 ? pairs.join('; ') : undefined
  }

  /** The cookies that open with one of these secrets, each session once. */
  readable(secrets: readonly string[]): Content[] {
    return this.contents().filter(({ secret }) => secrets.includes(secret))
  }

  /** What its cookies hold, whether the host can open them or not. */
  contents(): Content[] {
    return [...this.cookies.values()].flatMap(({ content }) => (content ? [content] : []))
  }

  /** What of these it does not hold any more is not to be found any more either. */
  forfeit(contents: readonly Content[]): void {
    for (const { sessionId } of contents) if (!this.holds(sessionId)) this.forfeited.add(sessionId)
  }

  readableStates(secrets: readonly string[]): string[] {
    const begun = [...this.cookies.values()].map((cookie) => cookie.begun)
    return begun.flatMap((one) => (one && secrets.includes(one.secret) ? [one.state] : []))
  }

  /** The sign-in that it has begun with this state, and can come back from. */
  begun(state: string, withKept = false): Begun | undefined {
    return [...this.held(withKept).values()].find(({ begun }) => begun?.state === state)?.begun
  }

  holds(sessionId: string): boolean {
    return [...this.cookies.values()].some(({ content }) => content?.sessionId === sessionId)
  }

  /** An answer arrives. */
  receive(cookies: readonly (HeldCookie | Pick<HeldCookie, 'name'>)[]): void {
    for (const cookie of cookies) {
      if ('value' in cookie) this.take(cookie)
      else this.cookies.delete(cookie.name)
    }
  }

  take(cookie: HeldCookie): void {
    this.cookies.set(cookie.name, cookie)
    if (cookie.begun) this.#kept.set(cookie.name, cookie)
  }

  /** As a browser does by itself when cookies are too old. */
  expire(now: number): void {
    for (const cookie of [...this.cookies.values()]) {
      if (cookie.expiresAt <= now) this.cookies.delete(cookie.name)
    }
  }

  tamper(how: Tampering, pick: number): void {
    const cookies = [...this.cookies.values()]
    const [victim, other] = [cookies[pick % cookies.length], cookies[(pick + 1) % cookies.length]]
    if (!victim || !other) return
    if (how === 'delete') {
      this.cookies.delete(victim.name)
    } else if (how === 'change') {
      const at = Math.floor(victim.value.length / 2) + (pick % 20)
      const changed = victim.value[at] === 'A' ? 'B' : 'A'
      this.#spoil(victim, victim.value.slice(0, at) + changed + victim.value.slice(at + 1))
    } else if (victim !== other) {
      this.#spoil(victim, other.value)
      this.#spoil(other, victim.value)
    }
    this.forfeit([victim, other].flatMap(({ content }) => (content ? [content] : [])))
  }

  /** A cookie that holds what another was made for. */
  rename(from: string, to: string): void {
    const cookie = this.cookies.get(from)
    if (cookie) this.cookies.set(to, { ...cookie, name: to, content: undefined, begun: undefined })
  }

  #spoil(cookie: HeldCookie, value: string): void {
    this.cookies.set(cookie.name, { ...cookie, value, content: undefined, begun: undefined })
  }
}

/** A cookie gets into another browser. */
export function copyCookie(
  { browsers, now }: { readonly browsers: readonly Browser[]; readonly now: number },
  from: Browser,
  to: Browser,
  pick: number,
): void {
  const cookies = [...from.cookies.values()]
  const cookie = cookies[pick % cookies.length]
  if (!cookie || from === to) return
  to.take(cookie)
  if (cookie.content) to.seenAt.set(cookie.content.sessionId, now)
  const { family } = to
  for (const browser of browsers) if (browser.family === family) browser.family = from.family
}
