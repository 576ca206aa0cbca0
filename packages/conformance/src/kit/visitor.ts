import { type Answer, type SentRequest, send } from './http.js'

/** What Chromium sends for a click on a link of the same site. */
export const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-user': '?1',
} as const

/** What Chromium sends for a `fetch()` of the same origin; `origin` is added where it matters. */
export const SCRIPT = {
  accept: '*/*',
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'same-origin',
} as const

/** A browser from before Fetch Metadata. */
export const OLD_BROWSER = { accept: 'text/html,*/*;q=0.8' } as const

export type Headers = SentRequest['headers']

/** The host that a browser visits, and where its routes of ours are. */
interface Visited {
  readonly host: { readonly origin: string }
  path(route: string): string
}

/** One browser: its cookies, and who the host's sign-in takes it for. */
export class Visitor {
  /** Name to value. Sent whatever the attributes say: the tests' socket is http even where `baseUrl` is https. */
  readonly jar = new Map<string, string>()

  constructor(
    private readonly scene: Visited,
    /** The user name in the host's own sign-in; `undefined` is a stranger. */
    public user: string | undefined,
  ) {}

  /** `path` is below the mount unless it begins at the host's own routes. */
  async request(method: string, path: string, headers: Headers = {}, body?: string): Promise<Answer> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await send(this.scene.host.origin, {
      method,
      path,
      headers: {
        ...(cookie === '' ? {} : { cookie }),
        ...(this.user === undefined ? {} : { 'x-host-user': this.user }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    })
    for (const { name, value, deletes } of answer.setCookies) {
      if (deletes) this.jar.delete(name)
      else this.jar.set(name, value)
    }
    return answer
  }

  /** A click on "Manage billing". */
  click(query = '', headers: Headers = NAVIGATION): Promise<Answer> {
    return this.request('GET', `${this.scene.path('/portal_link')}${query}`, headers)
  }

  /** The JSON route as a page's script calls it. */
  fetchSession(query = '', headers: Headers = SCRIPT, body?: string): Promise<Answer> {
    return this.request('POST', `${this.scene.path('/portal_session')}${query}`, headers, body)
  }

  /** Sign-out by script: JSON. */
  logout(headers: Headers = SCRIPT): Promise<Answer> {
    return this.request('POST', this.scene.path('/portal_logout'), headers)
  }

  /** Sign-out by a form of the host's page: HTML or a redirect. */
  logoutByForm(): Promise<Answer> {
    return this.logout(NAVIGATION)
  }

  /** One of the host's own routes. */
  host(method: string, path: string, headers: Headers = {}): Promise<Answer> {
    return this.request(method, path, headers)
  }

  /** The cookies that remember portal sessions. */
  get remembered(): string[] {
    return [...this.jar.keys()].filter(remembersSession)
  }
}

/** By its name: one cookie per portal session. Others of ours know a login. */
export function remembersSession(name: string): boolean {
  return /^(__Host-)?psso\./.test(name)
}
