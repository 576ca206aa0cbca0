import type { Customers } from '../site/customers.js'
import type { PortalSessions } from '../site/portal-sessions.js'
import { html } from '../util/html.js'
import { FRONT_STYLE } from './front-style.js'
import { htmlPage, type Page, redirectTo } from './page.js'
import { messagePage, wrongMethodPage } from './portal-layout.js'
import type { PageRequest } from './request.js'

const FAILURES = [
  ['429', 'answers 429, too many calls'],
  ['500', 'answers 500'],
  ['503', 'answers 503'],
  ['slow', 'is three seconds late'],
  ['no-headers', 'is never answered'],
  ['truncated', 'breaks off'],
  ['reset', 'is cut, not processed'],
  ['reset-after', 'is processed, then cut'],
] as const

const OPERATIONS = ['create', 'retrieve', 'logout', 'activate', '*'] as const

/** Shows customers, sessions and calls as they come; its script fills it in (assets/front.js). */
export function frontPage(site: string, script: string, { method }: PageRequest): Page {
  if (method !== 'GET' && method !== 'HEAD') return wrongMethodPage(site, 'GET, HEAD')
  return htmlPage(
    200,
    `${site} · local Chargebee`,
    html`<a class="skip" href="#main">To the content</a>
<header>
<div class="brand">${site}<small>A local Chargebee · @portal-sso/emulator</small></div>
<span class="who"><span id="clock">–</span><small id="live">connecting</small></span>
</header>
<main id="main" class="wide">
<h1 class="hidden">What happens at ${site}</h1>
<noscript><p class="alert">This page needs JavaScript. What it shows is at <a href="/_emulator/state">/_emulator/state</a>.</p></noscript>
<p id="said" class="hidden" role="status"></p>
<section class="card tools" aria-labelledby="tools">
<h2 id="tools">Make something happen</h2>
<div class="rows">
<div><button class="quiet" data-advance="600000">Clock +10 minutes</button><button class="quiet" data-advance="3600000">Clock +1 hour</button></div>
<form id="fail"><label for="fail-operation">The next</label>
<select id="fail-operation" name="operation">${OPERATIONS.map((name) => html`<option value="${name}">${name === '*' ? 'call' : name}</option>`)}</select>
<label for="fail-how" class="hidden">How it fails</label>
<select id="fail-how" name="how">${FAILURES.map(([value, label]) => html`<option value="${value}">${label}</option>`)}</select>
<button class="quiet">Do it</button></form>
<div><button class="quiet" id="hold">Hold all calls</button><button class="quiet" id="release" hidden>Release</button><button class="quiet" id="reset">Start afresh</button></div>
</div>
<p id="rules" class="note" hidden></p>
</section>
<div class="columns">
<section class="card" aria-labelledby="customers">
<h2 id="customers">Customers <span class="count" id="customers-count"></span></h2>
<ul class="plain" id="customer-list"></ul>
</section>
<section class="card" aria-labelledby="sessions">
<h2 id="sessions">Portal sessions <span class="count" id="sessions-count"></span></h2>
<p id="sessions-none" class="note">None yet. Open the portal as one of the customers, or let your application call the API.</p>
<ol class="plain" id="session-list"></ol>
</section>
</div>
<section class="card" aria-labelledby="calls">
<h2 id="calls">API calls <span class="count" id="calls-count"></span></h2>
<p id="calls-none" class="note">None yet. They go to <code id="api-url"></code>, with the API key as the user name.</p>
<ol class="plain calls" id="call-list"></ol>
</section>
</main>
<footer><p>A local emulator for development and tests: nothing here is billed, and nothing leaves this machine.
<a href="/portal/login">The portal’s own login</a> · <a href="/_emulator/">Control by HTTP</a></p></footer>`,
    { script, connects: true, style: FRONT_STYLE },
  )
}

/** The button "open as …": a new session, opened. */
export function openAs(
  { site, customers, sessions }: { site: string; customers: Customers; sessions: PortalSessions },
  { method, form, ipAddress }: PageRequest,
): Page {
  if (method !== 'POST') return wrongMethodPage(site, 'POST')
  const customer = customers.find(form?.get('customer_id') ?? '')
  if (customer === undefined)
    return messagePage(site, 404, 'No such customer', 'The site does not know them.')
  return redirectTo(new URL(sessions.create({ customer }, { by: 'control', ipAddress }).access_url).pathname)
}
