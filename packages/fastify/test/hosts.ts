import { type Host, type HostCall, listen, type StartHost } from '@portal-sso/conformance'
import { NO_CUSTOMER, type PortalSso, type PortalSsoOptions, portalSso } from '@portal-sso/fastify'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'

/** A Fastify application as a host would write it, around `portalSso()`. */
export function fastifyHost({ mountPath = '' } = {}): StartHost {
  return async (setup) => {
    const given = setup.options(toHostCall)
    const portal = portalSso({
      getCustomerId: (request, reply) => setup.getCustomerId(toHostCall(request, reply)),
      ...(mountPath && { basePath: mountPath }),
      ...given,
    } as PortalSsoOptions)

    const app = fastify()
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('set-cookie', 'host=yes; Path=/; HttpOnly').header('vary', 'Accept-Encoding')
    })
    app.addHook('onSend', async (request, reply) => changeLast(reply, request.headers['x-host-last']))
    app.addHook('onRequest', portal)
    app.addHook('onRequest', portal.onSignOut('/host/library'))
    addHostRoutes(app, portal)
    const errors: unknown[] = []
    app.setErrorHandler((error, _request, reply) => {
      errors.push(error)
      reply.code(500)
      if (!(error instanceof Error)) return reply.send({ hostError: String(error) })
      const { name, message, code, status } = error as Error & { code?: unknown; status?: unknown }
      return reply.send({ hostError: message, name, code, status })
    })
    await app.ready()
    const server = await listen()
    server.serve((req, res) => app.routing(req, res))
    return {
      origin: server.origin,
      mountPath,
      strippedPath: '',
      errors,
      async close() {
        await portal.close()
        await app.close()
        await server.close()
      },
    } satisfies Host
  }
}

function addHostRoutes(app: FastifyInstance, portal: PortalSso): void {
  // What the host's routes do with a body is not looked at.
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume()
    done(null)
  })
  app.get('/host/ping', () => 'pong')
  app.post('/host/sign-out', (request, reply) => portal.logout(request, reply))
  app.post('/host/sign-out-late', async (request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    reply.raw.end(JSON.stringify(await portal.logout(request, reply)))
  })
  app.post('/host/create-session', async (request, reply) => {
    const { 'x-host-to': to, 'x-host-cookie': cookie } = request.headers
    const session = await portal.createSession(request, reply, to === undefined ? {} : { to: String(to) })
    if (cookie !== undefined) replaceCookies(reply, String(cookie))
    return session
  })
  const library = (request: FastifyRequest, reply: FastifyReply) => {
    if (request.headers['x-host-refuses']) return reply.code(403).send('refused')
    replaceCookies(reply, 'host=out')
    return reply.send('signed out')
  }
  for (const url of ['/host/library', '/host/library/']) {
    app.route({ method: ['GET', 'POST'], url, handler: library })
  }
  app.get('/host/sessions', (request) => portal.sessions(request))
  app.get('/host/health', async () => portal.health())
  app.post('/host/end-sessions', (request) =>
    portal.endSessions(JSON.parse(String(request.headers['x-host-who']))),
  )
  app.post('/host/close-portal', async () => {
    await portal.close()
    return { closed: true }
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ host: 404 }))
}

/** At the very last. */
async function changeLast(reply: FastifyReply, what: unknown): Promise<void> {
  if (what === 'cookies') replaceCookies(reply, 'host=last')
  if (what === 'location') reply.header('location', '/elsewhere')
  if (what === 'status') reply.code(500)
  if (what === 'throw' && reply.statusCode !== 500) throw new Error('behind us')
}

// `header()` adds to what is there.
function replaceCookies(reply: FastifyReply, value: string): void {
  reply.removeHeader('set-cookie').header('set-cookie', value)
}

function toHostCall(request: FastifyRequest, reply: FastifyReply): HostCall {
  return {
    headers: request.headers,
    noCustomer: NO_CUSTOMER,
    end(status, body) {
      reply.hijack()
      reply.raw.writeHead(status, reply.getHeaders() as Record<string, string>).end(body)
    },
    render: (status, body) => void reply.code(status).send(body),
    replaceCookies: (value) => replaceCookies(reply, value),
  }
}
