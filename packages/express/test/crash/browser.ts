import { type IncomingMessage, request } from 'node:http'

const NAVIGATION = {
  accept: 'text/html,*/*;q=0.8',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'same-origin',
}

const SCRIPT = {
  accept: '*/*',
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'same-origin',
}

export interface Received {
  /** Of the answer's head, if it arrived as a whole; a browser takes nothing from a part of one. */
  readonly status?: number
  readonly location?: string | undefined
  readonly retryAfter?: string | undefined
  readonly body: string
  /** Whether all of it arrived. */
  readonly isComplete: boolean
}

/** One browser. It outlives the host, and with it its cookies. */
export class Browser {
  readonly jar = new Map<string, string>()

  click(origin: string, headers: Record<string, string> = {}): Promise<Received> {
    return this.#send(origin, 'GET', '/portal_link', { ...NAVIGATION, ...headers })
  }

  fetchSession(origin: string, headers: Record<string, string> = {}): Promise<Received> {
    return this.#send(origin, 'POST', '/portal_session', { ...SCRIPT, ...headers })
  }

  logout(origin: string): Promise<Received> {
    return this.#send(origin, 'POST', '/portal_logout', SCRIPT)
  }

  #send(origin: string, method: string, path: string, headers: Record<string, string>): Promise<Received> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    return new Promise((resolve) => {
      const sent = request(`${origin}${path}`, {
        method,
        agent: false,
        headers: {
          'x-host-user': 'cus_ada',
          ...(cookie !== '' && { cookie }),
          ...(method === 'POST' && { 'content-length': 0 }),
          ...headers,
        },
      })
      sent.on('error', () => resolve({ body: '', isComplete: false }))
      sent.on('response', (incoming) => {
        for (const line of incoming.headers['set-cookie'] ?? []) this.#take(line)
        resolve(receive(incoming))
      })
      sent.end()
    })
  }

  #take(line: string): void {
    const [pair = '', ...attributes] = line.split(';')
    const [name = '', value = ''] = pair.split('=')
    const deletes = attributes.some((attribute) => attribute.trim().toLowerCase() === 'max-age=0')
    if (deletes) this.jar.delete(name)
    else this.jar.set(name, value)
  }
}

async function receive(incoming: IncomingMessage): Promise<Received> {
  let body = ''
  const head = {
    status: incoming.statusCode ?? 0,
    location: incoming.headers.location,
    retryAfter: incoming.headers['retry-after'],
  }
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) body += chunk.toString()
    return { ...head, body, isComplete: incoming.complete }
  } catch {
    return { ...head, body, isComplete: false }
  }
}
