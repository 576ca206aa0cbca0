import { html } from './html.js'
import { layout, type PageContext } from './layout.js'

export function signedOutPage(): string {
  return layout(
    'Signed out',
    {},
    html`<div class="narrow"><h1>You are signed out</h1>
<p>Here, and in the billing portal too.</p>
<p class="actions"><a class="button" href="/login">Sign in again</a></p></div>`,
  )
}

/** Signed out here, but Chargebee did not confirm the end of `pending` portal sessions. */
export function signOutPendingPage(pending: number): string {
  const sessions = pending === 1 ? 'One billing session' : `${pending} billing sessions`
  return layout(
    'Signed out',
    {},
    html`<div class="narrow"><h1>You are signed out here</h1>
<p class="notice bad" role="alert">${sessions} could not be ended yet, because the billing portal did not answer.
On a computer that others use too, sign out in the portal itself, or try again.</p>
<form method="post" action="/portal_logout"><button class="button">Try again</button></form></div>`,
  )
}

export function notFoundPage(context: PageContext): string {
  return layout(
    'Not found',
    context,
    html`<div class="narrow"><h1>There is no such page</h1>
<p class="actions"><a class="button" href="/">Go to the start</a></p></div>`,
  )
}

export function notAllowedPage(context: PageContext): string {
  return layout(
    'Not allowed',
    context,
    html`<div class="narrow"><h1>This form was sent by another website</h1>
<p>Nothing was changed.</p>
<p class="actions"><a class="button" href="/">Go to the start</a></p></div>`,
  )
}

/** Says nothing about the error: that belongs in the log. */
export function errorPage(): string {
  return layout(
    'Something went wrong',
    {},
    html`<div class="narrow"><h1>Something went wrong</h1>
<p>It is our fault and has been noted. Please try again in a minute.</p>
<p class="actions"><a class="button" href="/">Go to the start</a></p></div>`,
  )
}
