import {
  createPortalSso,
  type PortalSsoOptions as Options,
  type PortalFunctions,
  toPathname,
  toPortalRequest,
} from '@portal-sso/core'
import type { FastifyReply, FastifyRequest } from 'fastify'

export type {
  CreateSessionParameters,
  CustomerId,
  LoginOptions,
  LogoutResult,
  PortalHealth,
  PortalSession,
  PublicPortalSession,
  RateLimit,
  Routes,
  SessionsOf,
} from '@portal-sso/core'
export {
  memoryStore,
  NO_CUSTOMER,
  type PortalSsoCall,
  PortalSsoError,
  type PortalSsoErrorCode,
  type PortalSsoEvent,
} from '@portal-sso/core'

/** What {@link portalSso} takes. */
export type PortalSsoOptions = Options<[request: FastifyRequest, reply: FastifyReply]>

/** A hook for `onRequest`. */
export type PortalSsoHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** The hook, and its acts as functions for the host's own routes. */
export type PortalSso = PortalSsoHook &
  PortalFunctions<[request: FastifyRequest, reply: FastifyReply], PortalSsoHook>

/**
 * A Fastify hook that takes signed-in customers to their Chargebee portal: `app.addHook('onRequest', portalSso(…))`, at
 * the root of the application, after the hooks of the sign-in.
 * @throws TypeError for a wrong, missing, unknown or misspelt option
 */
export function portalSso(options: PortalSsoOptions): PortalSso {
  const portal = createPortalSso(options)

  function toRequest(request: FastifyRequest, reply: FastifyReply) {
    const native = { native: [request, reply], clientAddress: request.ip }
    const { isAnswered, ...rest } = toPortalRequest(request.raw, reply.raw, native)
    // A callback that has sent its answer: the head is written in a later turn.
    return { ...rest, isAnswered: () => reply.sent || isAnswered() }
  }

  const hook: PortalSsoHook = async (request, reply) => {
    const route = portal.find(toPathname(request.originalUrl), request.originalUrl)
    if (!route) return undefined
    const asked = toRequest(request, reply)
    const response = await portal.handle(route, asked)
    if (!response || asked.isAnswered()) return reply
    const vary = [reply.getHeader('vary') ?? [], response.vary].flat().join(', ')
    reply.code(response.status).header('vary', vary).headers(response.headers)
    const content = await portal.render(response, asked, [request, reply])
    if (!content) return reply
    return reply.headers(content.headers).send(content.body || undefined)
  }

  return Object.assign(hook, {
    logout: (request: FastifyRequest, reply: FastifyReply) => portal.logout(toRequest(request, reply)),
    createSession: (...[request, reply, parameters]: Parameters<PortalSso['createSession']>) =>
      portal.createSession(toRequest(request, reply), parameters),
    sessions: (request: FastifyRequest) => portal.sessions(request),
    endSessions: portal.endSessions,
    health: portal.health,
    onSignOut(path: string): PortalSsoHook {
      const signOut = portal.onSignOut(path)
      return async (request, reply) => {
        await signOut(toPathname(request.originalUrl), request.originalUrl, toRequest(request, reply))
      }
    },
    close: portal.close,
  })
}
