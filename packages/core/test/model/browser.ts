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
  /** `undefined`: the model has tampered with it. */
  readonly content: Content | undefined
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
  /** When a cookie of a session was last due for renewal. */
  readonly seenAt = new Map<string, number>()

  constructor(readonly name: string) {
    this.family = { name }
  }

  header(): string | undefined {
    const pairs = [...this.cookies.values()].map(({ name, value }) => `${name}=${value}`)
    return pairs.length > 0 ? pairs.join('; ') : undefined
  }

  /** The cookies that open with one of these secrets, each session once. */
  readable(secrets: readonly string[]): Content[] {
    const contents = [...this.cookies.values()].map(({ content }) => content)
    return contents.filter(
      (content) => content !== undefined && secrets.includes(content.secret),
    ) as Content[]
  }

  holds(sessionId: string): boolean {
    return [...this.cookies.values()].some(({ content }) => content?.sessionId === sessionId)
  }

  /** An answer arrives. */
  receive(cookies: readonly (HeldCookie | Pick<HeldCookie, 'name'>)[]): void {
    for (const cookie of cookies) {
      if ('value' in cookie) this.cookies.set(cookie.name, cookie)
      else this.cookies.delete(cookie.name)
    }
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
    for (const { content } of [victim, other]) {
      if (content && !this.holds(content.sessionId)) this.forfeited.add(content.sessionId)
    }
  }

  #spoil(cookie: HeldCookie, value: string): void {
    this.cookies.set(cookie.name, { ...cookie, value, content: undefined })
  }
}
