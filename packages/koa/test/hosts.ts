import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Host, HostCall, StartHost } from '@portal-sso/conformance'
import { NO_CUSTOMER, type PortalSso, type PortalSsoOptions, portalSso } from '@portal-sso/koa'
import Koa, { type Context, type Middleware } from 'koa'

export interface HostShape {
  /** What stands in front of our routes: `/billing` */
  readonly mountPath?: string
  /** What a proxy would have taken from the path: `/shop` */
  readonly strippedPath?: string
  /** Further options for `portalSso()`. */
  readonly options?: Partial<PortalSsoOptions>
  /** What the host has in front: body parsers, sessions. */
  readonly before?: (app: Koa) => void
  readonly mount: (app: Koa, portal: PortalSso) => void
}

/** A Koa application as a host would write it, around `portalSso()` mounted in one way. */
export function koaHost({ mountPath = '', strippedPath = '', options, before, mount }: HostShape): StartHost {
  return async (setup) => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

    const closeServer = () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
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
      await closeServer()
      throw error
    }

    const app = new Koa()
    const errors: unknown[] = []
    app.use(errorHandler(errors))
    app.use((ctx, next) => {
      ctx.append('Set-Cookie', 'host=yes; Path=/; HttpOnly')
      ctx.vary('Accept-Encoding')
      return next()
    })
    before?.(app)
    mount(app, portal)
    app.use(hostRoutes(portal))
    server.on('request', app.callback())
    return {
      origin,
      mountPath,
      strippedPath,
      errors,
      async close() {
        await portal.close()
        await closeServer()
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
        return
      }
      case 'GET /host/sessions':
        ctx.body = await portal.sessions(ctx)
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
