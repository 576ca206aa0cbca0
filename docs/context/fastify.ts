import cookie from '@fastify/cookie'
import session from '@fastify/session'
import { fastify } from 'fastify'

// What the samples take for granted: a Fastify app that signs people in.

declare module 'fastify' {
  interface FastifyRequest {
    user: { billingId?: string | undefined } | undefined
  }
  interface Session {
    user?: { billingId?: string | undefined }
  }
}

export const app = fastify()
app.register(cookie)
app.register(session, {
  secret: 'of the samples, and thirty-two long',
  cookie: { secure: false },
  saveUninitialized: false,
})
app.decorateRequest('user')
app.addHook('onRequest', async (request) => {
  request.user = request.session.user
})

/** Signs in as whoever is named: the tests' way in. */
app.get<{ Params: { billingId: string } }>('/test-login/:billingId', (request, reply) => {
  const { billingId } = request.params
  request.session.user = { billingId: billingId === 'none' ? undefined : billingId }
  return reply.redirect('/account', 303)
})
