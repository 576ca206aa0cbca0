import { AccountChoices } from '../site/account-choices.js'
import type { EmulatorCustomer } from '../site/customer.js'
import type { Customers } from '../site/customers.js'
import type { LoginConfig } from '../site/login-options.js'
import { checkLoginUrl, type LoginUrlProblem } from '../site/login-url-rules.js'
import type { PortalSessions } from '../site/portal-sessions.js'
import type { Clock } from '../util/clock.js'
import { FormError, parseFormBody } from '../util/form-body.js'
import { chooserHref, isLoginPage, LOGIN_PATHS, type LoginVisit, loginHref } from './login-paths.js'
import { chooserPage, loginPage } from './login-views.js'
import { type Page, redirectTo } from './page.js'
import { expiredPage, messagePage, wrongMethodPage } from './portal-layout.js'
import type { PageRequest } from './request.js'
import { sectionPath } from './sections.js'
import type { SignedInBrowsers } from './signed-in.js'

interface Parts {
  readonly site: string
  readonly clock: Clock
  readonly customers: Customers
  readonly sessions: PortalSessions
  readonly rules: LoginConfig
  readonly browsers: SignedInBrowsers
  /** Whether there is a portal to sign in to. */
  readonly published: boolean
}

type Params = ReadonlyMap<string, string>

/** Unknown, wrong and without a password: one text for all, which tells no stranger who is a customer. */
const LOGIN_REFUSED = 'We could not sign you in with this e-mail address and password.'
const SIGNUP_REFUSED = 'We could not set a password for this e-mail address.'

const PROBLEMS: Readonly<Record<LoginUrlProblem, string>> = {
  'not-absolute': 'is not an absolute http or https address',
  'user-info': 'has a user name or password in it',
  domain: 'has a domain that is not on the site’s list of allowed domains',
  port: 'has a port other than 443, 80, 8443 and 8080, and Chargebee allows no other',
}

/** The page can't be shown at all: no redirect, and no link to the address. */
class NoLogin extends Error {}

/**
 * The portal's own login, for a host that lets Chargebee authenticate its customers ("Using Chargebee's
 * authentication for your website"), and for the portal itself where no `return_url` is given (stated). A login
 * for a host keeps nothing in the browser: whether Chargebee leaves it signed in to the portal is not documented.
 */
export class LoginPages {
  readonly #site: string
  readonly #customers: Customers
  readonly #sessions: PortalSessions
  readonly #rules: LoginConfig
  readonly #browsers: SignedInBrowsers
  readonly #published: boolean
  readonly #choices: AccountChoices<LoginVisit>

  constructor({ site, clock, customers, sessions, rules, browsers, published }: Parts) {
    this.#site = site
    this.#customers = customers
    this.#sessions = sessions
    this.#rules = rules
    this.#browsers = browsers
    this.#published = published
    this.#choices = new AccountChoices(clock)
  }

  /** Of a path for which `isLoginPath` is true. */
  answer(request: PageRequest): Page {
    const { method, path } = request
    if (!this.#published) {
      return messagePage(this.#site, 404, 'Page not found', 'The portal of this site is not published.')
    }
    try {
      if (method === 'POST') return this.#submit(request, readParams(request.formText))
      if (!isLoginPage(path)) return wrongMethodPage(this.#site, 'POST')
      if (method !== 'GET' && method !== 'HEAD') return wrongMethodPage(this.#site, 'GET, HEAD, POST')
      return this.#show(request)
    } catch (error) {
      if (error instanceof NoLogin) return messagePage(this.#site, 400, 'Login not possible', error.message)
      throw error
    }
  }

  #show(request: PageRequest): Page {
    const params = readParams(request.query)
    const visit = this.#visit(request.path, params)
    if (request.path === LOGIN_PATHS.chooseAccount) return this.#showChoice(visit, params)
    const signedIn =
      this.#rules.whenSignedIn === 'continue' ? this.#browsers.current(request.cookie) : undefined
    if (signedIn !== undefined && request.method === 'GET') {
      return visit.returnUrl === undefined
        ? redirectTo(sectionPath('home'))
        : this.#finish(signedIn.customer, visit, request)
    }
    return loginPage(this.#site, visit, { status: 200, open: 'login' })
  }

  #submit(request: PageRequest, params: Params): Page {
    const { path } = request
    if (path === LOGIN_PATHS.chooseAccount) return this.#choose(request, params)
    const visit = this.#visit(path, params)
    const password = params.get('password') ?? ''
    if (path === LOGIN_PATHS.signup && !this.#customers.setFirstPassword(visit.email, password)) {
      return loginPage(this.#site, visit, { status: 401, open: 'signup', problem: SIGNUP_REFUSED })
    }
    const customers = this.#customers.withPassword(visit.email, password)
    const [customer, ...others] = customers
    if (customer === undefined) {
      return loginPage(this.#site, visit, { status: 401, open: 'login', problem: LOGIN_REFUSED })
    }
    if (others.length === 0) return this.#finish(customer, visit, request)
    const ticket = this.#choices.add({ customerIds: customers.map(({ id }) => id), visit })
    // By GET, so that the browser's Back comes to a page and not to the question whether to send a password again.
    return redirectTo(chooserHref(visit, ticket))
  }

  /** Looking uses no ticket up. When it is no longer good, the login begins again, for the same host. */
  #showChoice(visit: LoginVisit, params: Params): Page {
    const ticket = params.get('ticket') ?? ''
    const choice = this.#choices.look(ticket)
    if (choice === undefined) return redirectTo(loginHref(visit))
    const customers = choice.customerIds.flatMap((id) => this.#customers.find(id) ?? [])
    return chooserPage(this.#site, choice.visit, customers, ticket)
  }

  #choose(request: PageRequest, params: Params): Page {
    const choice = this.#choices.take(params.get('ticket') ?? '')
    const customerId = choice?.customerIds.find((id) => id === params.get('customer_id'))
    const customer = this.#customers.find(customerId ?? '')
    if (choice === undefined || customer === undefined) return expiredPage(this.#site)
    return this.#finish(customer, choice.visit, request)
  }

  #finish(
    customer: EmulatorCustomer,
    { returnUrl }: Pick<LoginVisit, 'returnUrl'>,
    { framed, ipAddress }: PageRequest,
  ): Page {
    const actor = { by: 'browser', ipAddress } as const
    if (returnUrl === undefined) {
      const session = this.#sessions.createLoggedIn(customer, actor)
      return redirectTo(sectionPath('home'), this.#browsers.enter(session, framed))
    }
    const { id, token, linked_customers } = this.#sessions.createForLogin(customer, actor)
    const target = new URL(returnUrl)
    target.searchParams.append('auth_session_id', id)
    target.searchParams.append('auth_session_token', token)
    // The name is documented, its values are not.
    const active = linked_customers.find(
      ({ customer_id }) => customer_id === customer.id,
    )?.has_active_subscription
    target.searchParams.append('has_active_subscription', String(active === true))
    return redirectTo(target.href)
  }

  /** @throws {NoLogin} an address to which no login may lead */
  #visit(path: string, params: Params): LoginVisit {
    const returnUrl = this.#url(params, 'return_url')
    const cancelUrl = this.#url(params, 'cancel_url')
    const email = params.get('email') ?? ''
    const v2 = path === LOGIN_PATHS.loginV2 || path === LOGIN_PATHS.authenticateV2
    return {
      v2,
      email,
      ...(returnUrl !== undefined && { returnUrl }),
      ...(cancelUrl !== undefined && { cancelUrl }),
    }
  }

  #url(params: Params, name: string): string | undefined {
    const text = params.get(name)
    if (!text) return undefined
    const checked = checkLoginUrl(text, this.#rules)
    if (checked.problem === undefined) return checked.url
    throw new NoLogin(`${name} ${PROBLEMS[checked.problem]}.`)
  }
}

/** @throws {NoLogin} not a form, or a name in it twice */
function readParams(form: string | undefined): Params {
  if (form === undefined) throw new NoLogin('The form could not be read.')
  try {
    return parseFormBody(form)
  } catch (error) {
    if (error instanceof FormError) throw new NoLogin(`${error.param} ${error.message}.`)
    throw error
  }
}
