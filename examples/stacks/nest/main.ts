import 'reflect-metadata'
import { Controller, Get, Inject, Module, type OnApplicationShutdown, Post, Req, Res } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { type PortalSso, portalSso } from '@portal-sso/express'
import type { Request, Response } from 'express'
import session from 'express-session'

declare module 'express-session' {
  interface SessionData {
    billingId: string
  }
}

// Stands for your table of users, which holds a hash of the password.
const users = new Map([['ada@example.com', { password: 'portal', billingId: 'cus_ada' }]])
const { PORT = '8080', SESSION_SECRET = 'change me', PORTAL_SSO_BASE_URL: home = '' } = process.env

// `return_to` as a browser reads it: an address of this site, or the start page.
function toOwnAddress(path: unknown = '/'): string {
  const url = URL.canParse(String(path), home) ? new URL(String(path), home) : new URL(home)
  return url.origin === new URL(home).origin ? url.href : home
}

// #region provider
const PORTAL = Symbol('portal')
const portalProvider = {
  provide: PORTAL,
  useFactory: () => portalSso({ getCustomerId: (req) => req.session.billingId, loginUrl: '/login' }),
}
// #endregion

@Controller()
class AppController {
  constructor(@Inject(PORTAL) private readonly portal: PortalSso) {}

  @Get()
  home(@Req() req: Request): string {
    return req.session.billingId
      ? `<a href="/portal_link">Manage billing</a> <form method="post" action="/logout"><button>Sign out</button></form>`
      : '<a href="/login">Sign in</a>'
  }

  @Get('login')
  showLogin(): string {
    // No `action`: it posts to the address that it was shown at, with `return_to`.
    return `<form method="post">
      <input name="email" type="email"> <input name="password" type="password"> <button>Sign in</button>
    </form>`
  }

  // #region login
  @Post('login')
  async login(@Req() req: Request, @Res() res: Response): Promise<void> {
    const user = users.get(req.body.email)
    if (!user || user.password !== req.body.password) return void res.sendStatus(401)
    await new Promise<void>((resolve, reject) => {
      req.session.regenerate((error) => (error ? reject(error) : resolve()))
    })
    req.session.billingId = user.billingId
    res.redirect(303, toOwnAddress(req.query.return_to))
  }
  // #endregion

  // #region logout
  @Post('logout')
  async logout(@Req() req: Request, @Res() res: Response): Promise<void> {
    const { pending } = await this.portal.logout(req, res) // first: your session still says who this is
    await new Promise<void>((resolve, reject) => {
      req.session.destroy((error) => (error ? reject(error) : resolve()))
    })
    if (pending === 0) return res.redirect(303, '/')
    res
      .status(503)
      .send(`<p>You are signed out here, but your billing portal is still open on this computer.</p>
      <form method="post" action="/portal_logout"><button>Try again</button></form>`)
  }
  // #endregion
}

// #region main
@Module({ controllers: [AppController], providers: [portalProvider] })
class AppModule implements OnApplicationShutdown {
  constructor(@Inject(PORTAL) private readonly portal: PortalSso) {}

  onApplicationShutdown(): Promise<void> {
    return this.portal.close() // the server takes no more requests by now
  }
}

const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: ['warn', 'error'] })
app.use(
  session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }),
)
app.use(app.get(PORTAL)) // after what tells who is signed in; guards run later
app.enableShutdownHooks() // or SIGTERM calls nothing
await app.listen(PORT)
// #endregion
