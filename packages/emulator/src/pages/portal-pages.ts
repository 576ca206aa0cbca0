import type { PortalSessions } from '../site/portal-sessions.js'
import { decodedSegment } from '../util/path-segment.js'
import { type Page, redirectTo } from './page.js'
import { submitForm } from './portal-actions.js'
import { expiredPage, messagePage, wrongMethodPage } from './portal-layout.js'
import { sectionPage } from './portal-views.js'
import type { PageRequest } from './request.js'
import { isSection, type SectionType, sectionOf, sectionPath } from './sections.js'
import type { SignedIn, SignedInBrowsers } from './signed-in.js'

interface Parts {
  readonly site: string
  readonly sessions: PortalSessions
  readonly browsers: SignedInBrowsers
}

const SIGNED_OUT = '/portal/v2/signed_out'

/** The hosted customer portal: what a browser sees after it opened an access URL. */
export class PortalPages {
  readonly #site: string
  readonly #sessions: PortalSessions
  readonly #browsers: SignedInBrowsers

  constructor({ site, sessions, browsers }: Parts) {
    this.#site = site
    this.#sessions = sessions
    this.#browsers = browsers
  }

  answer(request: PageRequest): Page {
    const { method, path } = request
    const token = /^\/portal\/access\/([^/]+)$/.exec(path)?.[1]
    // What Chargebee does on HEAD is not known. Only GET opens an access URL here.
    if (token !== undefined) return method === 'GET' ? this.#access(token, request) : this.#wrongMethod('GET')
    if (path === '/portal/logout')
      return method === 'POST' ? this.#signOut(request) : this.#wrongMethod('POST')
    const place = sectionOf(path)
    const takesForms = place !== undefined && place.section !== 'home'
    if (method !== 'GET' && method !== 'HEAD' && !(method === 'POST' && takesForms)) {
      return this.#wrongMethod(takesForms ? 'GET, HEAD, POST' : 'GET, HEAD')
    }
    if (path === SIGNED_OUT) return this.#signedOut()
    if (path === '/portal' || path === '/portal/') return redirectTo(sectionPath('home'))
    if (place === undefined) return this.#notFound()
    const signedIn = this.#browsers.current(request.cookie)
    if (signedIn === undefined) return this.#expired(request)
    return this.#section(request, place, signedIn)
  }

  /** The stand-in for Chargebee.js names a section here (`forward`); `forward_url` is not for frames (stated). */
  #access(token: string, request: PageRequest): Page {
    const { framed, params } = request
    const session = this.#sessions.access(token, { by: 'browser', ipAddress: request.ipAddress })
    if (session === undefined) {
      return expiredPage(this.#site, this.#sessions.findByToken(token)?.redirect_url)
    }
    const section = params.get('forward') ?? ''
    const target = isSection(section)
      ? sectionPath(section, params.get('subscription_id') ?? undefined)
      : framed
        ? sectionPath('home')
        : (session.forward_url ?? sectionPath('home'))
    return redirectTo(target, this.#browsers.enter(session, framed))
  }

  #signOut(request: PageRequest): Page {
    const { cookie, framed, ipAddress } = request
    const signedIn = this.#browsers.current(cookie)
    if (signedIn === undefined) return this.#expired(request)
    const session = this.#sessions.logout(signedIn.session.id, { by: 'browser', ipAddress })
    // The host's page belongs into no frame.
    const target = framed ? SIGNED_OUT : (session?.redirect_url ?? SIGNED_OUT)
    return redirectTo(target, this.#browsers.leave(signedIn, framed))
  }

  #section(
    request: PageRequest,
    { section, encodedId }: { section: SectionType; encodedId: string },
    signedIn: SignedIn,
  ): Page {
    const { session, customer } = signedIn
    const id = decodedSegment(encodedId)
    const subscription = customer.subscriptions?.find((other) => encodedId !== '' && other.id === id)
    if (encodedId !== '' && subscription === undefined) return this.#notFound()
    if (request.method === 'POST') {
      const done = submitForm(section, customer, subscription, request.form ?? new Map())
      if (done === undefined) {
        return messagePage(this.#site, 400, 'That does not work', 'The form has a value that can’t be.', {
          href: sectionPath(section, subscription?.id),
          label: 'Back to the form',
        })
      }
      if (done.news !== undefined) this.#browsers.addNews(signedIn, done.news)
      return redirectTo(done.to)
    }
    const news = request.method === 'GET' ? this.#browsers.takeNews(signedIn) : []
    const visit = { site: this.#site, customer, session, section, framed: request.framed, news }
    return sectionPage({ ...visit, ...(subscription && { subscription }) }) ?? this.#notFound()
  }

  #signedOut(): Page {
    return messagePage(
      this.#site,
      200,
      'You are signed out',
      'Your portal session is over.',
      undefined,
      'signed_out',
    )
  }

  #expired({ cookie }: PageRequest): Page {
    return expiredPage(this.#site, this.#browsers.sessionOf(cookie)?.redirect_url)
  }

  #notFound(): Page {
    return messagePage(this.#site, 404, 'Page not found', 'There is nothing at this address.', {
      href: sectionPath('home'),
      label: 'Overview of the portal',
    })
  }

  #wrongMethod(allow: string): Page {
    return wrongMethodPage(this.#site, allow)
  }
}
