import type { EmulatorCustomer } from '../site/customer.js'
import { type Html, html } from '../util/html.js'
import { LOGIN_PATHS, type LoginVisit, loginHref } from './login-paths.js'
import { htmlPage, type Page } from './page.js'

/** What the person is at: the section that shows, and what went wrong in it. */
export interface LoginState {
  readonly status: number
  readonly open: 'login' | 'signup'
  readonly problem?: string
}

/**
 * Both forms in one page, because the address of the second differs in the fragment only
 * (`#cb-portal-signup`, as chargebee/customer-portal-php links it), which a server never sees: CSS shows the
 * one that is meant.
 */
export function loginPage(site: string, visit: LoginVisit, { status, open, problem }: LoginState): Page {
  return htmlPage(
    status,
    `Sign in · ${site}`,
    html`<main class="${open === 'signup' ? 'narrow signup' : 'narrow'}">
<section class="card" id="cb-portal-login" aria-labelledby="login-title">
<h1 id="login-title">Sign in</h1>
<p class="lead">Use your account with ${site}.</p>
${open === 'login' ? alert(problem) : undefined}
<form class="fields" id="login" method="post" action="${visit.v2 ? LOGIN_PATHS.authenticateV2 : LOGIN_PATHS.login}">
${hidden(visit)}
<label for="login-email">E-mail</label>
<input id="login-email" name="email" type="email" autocomplete="username" required value="${visit.email}">
<label for="login-password">Password</label>
<input id="login-password" name="password" type="password" autocomplete="current-password" required>
<p class="actions"><button>Sign in</button>${cancelLink(visit)}</p>
</form>
<p>No password yet? <a href="${loginHref(visit)}#cb-portal-signup">Sign up</a></p>
</section>
<section class="card" id="cb-portal-signup" aria-labelledby="signup-title">
<h1 id="signup-title">Sign up</h1>
<p class="lead">Choose a password for your account with ${site}.</p>
${open === 'signup' ? alert(problem) : undefined}
<form class="fields" id="signup" method="post" action="${LOGIN_PATHS.signup}">
${hidden(visit)}
<label for="signup-email">E-mail</label>
<input id="signup-email" name="email" type="email" autocomplete="username" required value="${visit.email}">
<label for="signup-password">New password</label>
<input id="signup-password" name="password" type="password" autocomplete="new-password" required>
<p class="actions"><button>Sign up</button>${cancelLink(visit)}</p>
</form>
<p>You have a password? <a href="${loginHref(visit)}">Sign in</a></p>
</section>
${colophon(site)}
</main>`,
  )
}

/** For an e-mail address with several customers. The ticket stands for the password that was given. */
export function chooserPage(
  site: string,
  visit: LoginVisit,
  customers: readonly EmulatorCustomer[],
  ticket: string,
): Page {
  const items = customers.map(
    (customer) => html`<li>
<span class="name">${accountName(customer)}<small>${customer.id}</small></span>
<button name="customer_id" value="${customer.id}" aria-label="Continue as ${accountName(customer)}">Continue</button>
</li>`,
  )
  return htmlPage(
    200,
    `Choose an account · ${site}`,
    html`<main class="narrow">
<section class="card">
<h1>Choose an account</h1>
<p class="lead">${visit.email} has several accounts with ${site}.</p>
<form method="post" action="${LOGIN_PATHS.chooseAccount}">
<input type="hidden" name="ticket" value="${ticket}">
<ul class="plain">
${items}
</ul>
</form>
${visit.cancelUrl && html`<p class="actions">${cancelLink(visit)}</p>`}
</section>
${colophon(site)}
</main>`,
  )
}

function hidden({ returnUrl, cancelUrl }: LoginVisit): Html {
  return html`${returnUrl && html`<input type="hidden" name="return_url" value="${returnUrl}">`}${
    cancelUrl && html`<input type="hidden" name="cancel_url" value="${cancelUrl}">`
  }`
}

function cancelLink({ cancelUrl }: LoginVisit): Html | undefined {
  return cancelUrl === undefined ? undefined : html`<a href="${cancelUrl}">Cancel</a>`
}

function alert(problem: string | undefined): Html | undefined {
  return problem === undefined ? undefined : html`<p class="alert" role="alert">${problem}</p>`
}

function colophon(site: string): Html {
  return html`<p class="lead">Customer portal of ${site} (local emulator)</p>`
}

function accountName({ company, first_name, last_name, id }: EmulatorCustomer): string {
  return company || [first_name, last_name].filter(Boolean).join(' ') || id
}
