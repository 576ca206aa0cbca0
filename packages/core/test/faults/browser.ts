import { parseSetCookie } from 'cookie'
import type { RememberedSession, SessionJar } from '../../src/cookies/session-jar.js'
import type { PortalRequest } from '../../src/http/http.js'

/** What a request tells the host's callbacks: nothing that these tests need. */
export type Native = readonly []

/** One browser: it keeps the cookies that it gets. */
export class Browser {
  readonly #cookies = new Map<string, string>()

  /** Every `Set-Cookie` value that it ever got. */
  readonly received: string[] = []

  constructor(readonly jar: SessionJar) {}

  get cookieHeader(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  take(setCookies: readonly string[]): void {
    this.received.push(...setCookies)
    for (const setCookie of setCookies) {
      const { name, value = '', maxAge } = parseSetCookie(setCookie)
      if (maxAge === 0 || value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
  }

  names(): string[] {
    return [...this.#cookies.keys()]
  }

  /** What a later logout of this browser will find. */
  async remembered(): Promise<readonly RememberedSession[]> {
    return (await this.jar.read(this.cookieHeader)).sessions
  }

  request(method: string, headers: Readonly<Record<string, string>>): PortalRequest {
    return {
      method,
      headers: { ...headers, cookie: this.cookieHeader },
      native: [],
      clientAddress: '192.0.2.1',
      isAnswered: () => false,
      appendCookies: (setCookies) => this.take(setCookies),
      // Everything that core answers arrives.
      onHead: () => {},
      handOut: ({ cookie }, listener) => {
        this.take([cookie])
        setImmediate(listener, 'delivered')
      },
    }
  }
}
