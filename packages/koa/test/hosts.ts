import { type Host, type HostCall, listen, type StartHost } from '@portal-sso/conformance'
import { NO_CUSTOMER, type PortalSso, type PortalSsoOptions, portalSso } from '@portal-sso/koa'
import Koa, { type Context, type Middleware } from 'koa'

export interface HostShape {
  /** What stands in front of our routes: `/billing` */
  readonly mountPath?: string
  /** What a proxy would have taken from the path: `/shop` */
  readonly strippedPath?: string
  /** Served over HTTP/2. */
  readonly http2?: boolean
  /** Further options for `portalSso()`. */
  readonly options?: Partial<PortalSsoOptions>
  /** What the host has in front: body parsers, sessions. */
  readonly before?: (app: Koa) => void
  readonly mount: (app: Koa, portal: PortalSso) => void
}

/** A Koa application as a host would write it, around `portalSso()` mounted in one way. */
export function koaHost({
  mountPath = '',
  strippedPath = '',
  http2 = false,
  options,
  before,
  mount,
}: HostShape): StartHost {
  return async (setup) => {
    const server = await listen({ http2 })
    const given = setup.options(toHostCall)
    let portal: PortalSso
    try {
      portal = portalSso({
        getCustomerId: (ctx) => setup.getCustomerId(toHostCall(ctx as Context)),
        ...options,
        ...given,
        baseUrl: `${given.baseUrl}${strippedPath}`,
      } as PortalSsoOptions)
    } catch (error) {
      await server.close()
      throw error
    }

    const app = new Koa()
    const errors: unknown[] = []
    app.use(errorHandler(errors))
    app.use(async (ctx, next) => {
      ctx.append('Set-Cookie', 'host=yes; Path=/; HttpOnly')
      ctx.vary('Accept-Encoding')
      await next()
      const last = ctx.get('x-host-last')
      if (last === 'throw') throw new Error('behind us')
      if (last === 'cookies') ctx.set('Set-Cookie', 'host=last')
      if (last === 'location') ctx.set('Location', '/elsewhere')
      if (last === 'status') ctx.status = 500
    })
    before?.(app)
    mount(app, portal)
    app.use(portal.onSignOut('/host/library'))
    app.use(hostRoutes(portal))
    server.serve(app.callback())
    return {
      origin: server.origin,
      mountPath,
      strippedPath,
      errors,
      async close() {
        await portal.close()
        await server.close()
      },
    } satisfies Host
  }
}

function errorHandler(errors: unknown[]): Middleware {
  return async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      errors.push(error)
      ctx.status = 500
      if (error instanceof Error) {
        const { name, message, code, status } = error as Error & { code?: unknown; status?: unknown }
        ctx.body = { hostError: message, name, code, status }
      } else {
        ctx.body = { hostError: String(error) }
      }
    }
  }
}

function hostRoutes(portal: PortalSso): Middleware {
  return async (ctx) => {
    switch (`${ctx.method} ${ctx.path}`) {
      case 'HEAD /host/ping':
      case 'GET /host/ping':
        ctx.body = 'pong'
        return
      case 'POST /host/sign-out':
        ctx.body = await portal.logout(ctx)
        return
      case 'POST /host/sign-out-late':
        ctx.respond = false
        ctx.status = 200
        ctx.type = 'json'
        ctx.flushHeaders()
        ctx.res.end(JSON.stringify(await portal.logout(ctx)))
        return
      case 'POST /host/create-session': {
        const to = ctx.get('x-host-to')
        ctx.body = await portal.createSession(ctx, to === '' ? {} : { to })
        const cookie = ctx.get('x-host-cookie')
        if (cookie !== '') ctx.set('Set-Cookie', cookie)
        return
      }
      case 'GET /host/library':
      case 'GET /host/library/':
      case 'POST /host/library':
        if (ctx.get('x-host-refuses') !== '') {
          ctx.status = 403
          ctx.body = 'refused'
          return
        }
        ctx.set('Set-Cookie', 'host=out')
        ctx.body = 'signed out'
        return
      case 'GET /host/sessions':
        ctx.body = await portal.sessions(ctx)
        return
      case 'POST /host/end-sessions':
        ctx.body = await portal.endSessions(JSON.parse(ctx.get('x-host-who')))
        return
      case 'GET /host/health':
        ctx.body = portal.health()
        return
      case 'POST /host/close-portal':
        await portal.close()
        ctx.body = { closed: true }
        return
      default:
        ctx.status = 404
        ctx.body = { host: 404 }
    }
  }
}

function toHostCall(ctx: Context): HostCall {
  return {
    headers: ctx.req.headers,
    noCustomer: NO_CUSTOMER,
    end(status, body) {
      ctx.respond = false
      ctx.res.statusCode = status
      ctx.res.end(body)
    },
    render(status, body) {
      ctx.status = status
      ctx.body = body
    },
    replaceCookies: (value) => ctx.set('Set-Cookie', value),
  }
}
