import {
  createPortalSso,
  type PortalSsoOptions as Options,
  type PortalFunctions,
  toPortalRequest,
} from '@portal-sso/core'
import type { DefaultContext, DefaultState, Middleware, Next, ParameterizedContext } from 'koa'

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

/** What {@link portalSso} takes. `StateT` and `ContextT` are those of the host's context. */
export type PortalSsoOptions<StateT = DefaultState, ContextT = DefaultContext> = Options<
  [ctx: ParameterizedContext<StateT, ContextT>],
  [ctx: ParameterizedContext<StateT, ContextT>, next: Next]
>

/** The middleware, and its acts as functions for the host's own routes. */
export type PortalSso<StateT = DefaultState, ContextT = DefaultContext> = Middleware<StateT, ContextT> &
  PortalFunctions<[ctx: ParameterizedContext<StateT, ContextT>], Middleware<StateT, ContextT>>

/**
 * Koa middleware that takes signed-in customers to their Chargebee portal. Mount it after the sign-in.
 * @throws TypeError for a wrong, missing, unknown or misspelt option
 */
export function portalSso<StateT = DefaultState, ContextT = DefaultContext>(
  options: PortalSsoOptions<StateT, ContextT>,
): PortalSso<StateT, ContextT> {
  type Ctx = ParameterizedContext<StateT, ContextT>
  const portal = createPortalSso(options)

  function toRequest(ctx: Ctx) {
    const request = toPortalRequest(ctx.req, ctx.res, { native: [ctx], clientAddress: ctx.ip })
    const { body } = ctx
    // In Koa a callback answers by setting a body, which leaves after the last middleware only.
    return {
      ...request,
      isAnswered: () => ctx.respond === false || ctx.body !== body || request.isAnswered(),
    }
  }

  const middleware: Middleware<StateT, ContextT> = async (ctx, next) => {
    const route = portal.find(ctx.path, ctx.originalUrl)
    if (!route) return next()
    const request = toRequest(ctx)
    const response = await portal.handle(route, request)
    if (!response || request.isAnswered()) return
    ctx.status = response.status
    ctx.vary(response.vary)
    ctx.set(response.headers)
    const content = await portal.render(response, request, [ctx, next])
    if (!content) return
    ctx.body = content.body
    // A type that Koa has guessed from the body goes; what is left is ours.
    ctx.remove('Content-Type')
    ctx.set(content.headers)
  }

  return Object.assign(middleware, {
    logout: (ctx: Ctx) => portal.logout(toRequest(ctx)),
    createSession: (...[ctx, parameters]: Parameters<PortalSso<StateT, ContextT>['createSession']>) =>
      portal.createSession(toRequest(ctx), parameters),
    sessions: (ctx: Ctx) => portal.sessions(ctx),
    onSignOut(path: string): Middleware<StateT, ContextT> {
      const signOut = portal.onSignOut(path)
      return async (ctx, next) => {
        await signOut(ctx.path, ctx.originalUrl, toRequest(ctx))
        return next()
      }
    },
    endSessions: portal.endSessions,
    health: portal.health,
    close: portal.close,
  })
}
