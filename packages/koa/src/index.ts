import {
  type CreateSessionParameters,
  createPortalSso,
  type LogoutResult,
  type PortalSsoOptions as Options,
  type PortalSession,
  toPortalRequest,
} from '@portal-sso/core'
import type { DefaultContext, DefaultState, Middleware, Next, ParameterizedContext } from 'koa'

export {
  type CreateSessionParameters,
  type CustomerId,
  type LogoutResult,
  NO_CUSTOMER,
  type PortalSession,
  PortalSsoError,
  type PortalSsoErrorCode,
  type PortalSsoEvent,
  type RateLimit,
  type Routes,
} from '@portal-sso/core'

export type PortalSsoOptions<StateT = DefaultState, ContextT = DefaultContext> = Options<
  [ctx: ParameterizedContext<StateT, ContextT>],
  [ctx: ParameterizedContext<StateT, ContextT>, next: Next]
>

/** The middleware, with the same acts as functions for the host's own routes. */
export interface PortalSso<StateT = DefaultState, ContextT = DefaultContext>
  extends Middleware<StateT, ContextT> {
  /** Ends this browser's portal sessions; call it in the host's sign-out, before the session is destroyed. Never rejects. */
  logout(ctx: ParameterizedContext<StateT, ContextT>): Promise<LogoutResult>
  /** The bare portal session, remembered, for a page of the host's own. */
  createSession(
    ctx: ParameterizedContext<StateT, ContextT>,
    parameters?: CreateSessionParameters,
  ): Promise<PortalSession>
  /** Takes no new work, waits for what is under way, closes connections. */
  close(): Promise<void>
}

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
    const request = toPortalRequest<[Ctx]>(ctx.req, ctx.res, [ctx])
    const { body } = ctx
    // In Koa a callback answers by setting a body; it leaves only after the last middleware.
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
    ctx.append('Set-Cookie', [...response.cookies])
    ctx.set(response.headers)
    const content = await portal.render(response, request, [ctx, next])
    if (!content) return
    ctx.body = content.body
    // A type that Koa has guessed from the body goes; what is left is ours.
    ctx.remove('Content-Type')
    ctx.set(content.headers)
  }

  return Object.assign(middleware, {
    async logout(ctx: Ctx) {
      const { cookies, ...result } = await portal.logout(toRequest(ctx))
      if (!ctx.headerSent) ctx.append('Set-Cookie', [...cookies])
      return result
    },
    async createSession(ctx: Ctx, parameters?: CreateSessionParameters) {
      const { session, cookies } = await portal.createSession(toRequest(ctx), parameters)
      ctx.append('Set-Cookie', [...cookies])
      return session
    },
    close: () => portal.close(),
  })
}
