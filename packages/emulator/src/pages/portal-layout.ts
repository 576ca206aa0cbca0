import { type Html, html } from '../util/html.js'
import { displayName } from './format.js'
import { FRAMEABLE, htmlPage, type Page } from './page.js'
import { type SectionType, sectionPath } from './sections.js'
import type { PortalVisit } from './visit.js'

const NAVIGATION: readonly (readonly [section: SectionType, label: string])[] = [
  ['home', 'Overview'],
  ['portal_payment_methods', 'Payment method'],
  ['portal_billing_history', 'Invoices'],
  ['account_details', 'Account'],
  ['portal_address', 'Addresses'],
]

/** A page of the portal for a customer who is signed in. */
export function portalPage(visit: PortalVisit, title: string, content: Html, lead?: Html | string): Page {
  const { site, customer, session, section, framed, news } = visit
  const body = html`<a class="skip" href="#main">To the content</a>
<header>
<div class="brand">${site}<small>Customer portal · local emulator</small></div>
<span class="who">${displayName(customer)}<small>${customer.email ?? customer.id}</small></span>
<form method="post" action="/portal/logout"><button class="quiet">Sign out</button></form>
</header>
<nav aria-label="Portal"><ul>${NAVIGATION.map(
    ([name, label]) =>
      html`<li><a href="${sectionPath(name)}"${name === section ? html` aria-current="page"` : undefined}>${label}</a></li>`,
  )}</ul></nav>
<main id="main">
<h1>${title}</h1>
${lead && html`<p class="lead">${lead}</p>`}
${content}
</main>
<footer>${framed ? undefined : wayBack(session.redirect_url)}
<p>Portal session <code>${session.id}</code>. A local emulator: nothing here is billed.</p></footer>`
  // The news are for the page around a frame: see the stand-in for Chargebee.js.
  const data = html`data-section="${section}" data-news="${JSON.stringify(news)}"`
  return htmlPage(200, `${title} · ${site}`, body, { ...FRAMEABLE, bodyAttributes: data })
}

/** The host's own page, with the portal session still open there. */
function wayBack(redirectUrl: string | undefined): Html | undefined {
  if (redirectUrl === undefined) return undefined
  return html`<p><a href="${redirectUrl}">Back to ${new URL(redirectUrl).host}</a></p>`
}

/** A page with one thing to say, and a way to go on. */
export function messagePage(
  site: string,
  status: number,
  title: string,
  text: string,
  way: { href: string; label: string } = { href: '/', label: 'Front page of the emulator' },
  section: 'message' | 'signed_out' = 'message',
): Page {
  return htmlPage(
    status,
    title,
    html`<main class="narrow">
<section class="card">
<h1>${title}</h1>
<p>${text}</p>
<p><a class="button" href="${way.href}">${way.label}</a></p>
</section>
<p class="lead">Customer portal of ${site} (local emulator)</p>
</main>`,
    { ...FRAMEABLE, bodyAttributes: html`data-section="${section}"` },
  )
}

/**
 * One page for used, lapsed, ended and unknown alike. Its title is Chargebee's; its status is not documented
 * for this page (Chargebee.js reports a used session as 401 "Token has Expired").
 */
export function expiredPage(site: string, redirectUrl?: string): Page {
  return messagePage(
    site,
    401,
    'Session Expired',
    'This link was already used, is too old, or you were signed out. Go back to the website you came from and open the portal from there again.',
    redirectUrl === undefined
      ? undefined
      : { href: redirectUrl, label: `Back to ${new URL(redirectUrl).host}` },
  )
}

export function wrongMethodPage(site: string, allow: string): Page {
  const page = messagePage(site, 405, 'Not allowed', 'This address can’t be used that way.')
  return { ...page, headers: { ...page.headers, allow } }
}
