import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Answer {
  readonly status: number
  readonly location: string | undefined
  readonly body: string
}

/**
 * A browser for plain HTTP: it keeps the cookies of one host, and follows nothing. Not `fetch`, which says of each
 * request that a script sends it, and that is no way to sign in.
 */
export function createCookieClient(origin: string) {
  const cookies = new Map<string, string>()

  async function send(method: string, path: string, withCookies: string): Promise<Answer> {
    const asked = request(new URL(path, origin), {
      method,
      headers: { accept: 'text/html', ...(withCookies && { cookie: withCookies }) },
    })
    asked.end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    for (const line of answer.headers['set-cookie'] ?? []) keep(line)
    return { status: answer.statusCode ?? 0, location: answer.headers.location, body: await text(answer) }
  }

  function keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    const isCleared = value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line)
    if (isCleared) cookies.delete(name)
    else cookies.set(name, value)
  }

  const header = () => Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
  return {
    /** What a `Cookie` header holds now. */
    header,
    cookie: (name: string) => cookies.get(name),
    get: (path: string, withCookies = header()) => send('GET', path, withCookies),
    post: (path: string) => send('POST', path, header()),
  }
}

export type CookieClient = ReturnType<typeof createCookieClient>
