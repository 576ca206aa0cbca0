import {
  type BillingSessions,
  type DemoUser,
  frame,
  type Html,
  html,
  openSessions,
  signedInCorner,
  signInCorner,
} from '@portal-sso/example-shared'

export interface PageContext {
  readonly user?: DemoUser | undefined
  readonly processName: string
}

const links = [
  ['/account', 'Account'],
  ['/portal_link', 'Billing'],
] as const

const footer =
  'Acme Analytics is a made-up service. It runs in two processes that remember portal sessions in one Redis.'

function layout(title: string, { user, processName }: PageContext, content: Html): string {
  const corner = user ? signedInCorner(user.name, '/logout') : signInCorner('/login')
  return frame(
    title,
    { links, corner, footer },
    html`<p class="notice" role="status">Answered by process <b>${processName}</b>. They take turns: reload, and it is the other one.</p>
${content}`,
  )
}

export function homePage(context: PageContext): string {
  return layout(
    'Two processes, one memory',
    context,
    html`<section class="hero">
  <h1>Two processes, one memory</h1>
  <p class="lead">A click is answered by one process and the sign-out by the other, and the portal session ends all the
  same: both remember it in Redis.</p>
  <p class="actions"><a class="button" href="${context.user ? '/account' : '/login'}">${
    context.user ? 'Go to your account' : 'Sign in to the demo'
  }</a></p>
</section>
${breakSomething}`,
  )
}

export function accountPage(context: PageContext & { user: DemoUser }, sessions: BillingSessions): string {
  const { user } = context
  return layout(
    'Account',
    context,
    html`<h1>Good to see you, ${user.name.split(' ')[0]}</h1>
<div class="grid two">
  <section class="card stack" aria-labelledby="billing">
    <h2 id="billing">Plan and billing</h2>
    <p>${user.customerId ? 'Opens the Chargebee customer portal, signed in.' : 'You have no billing record yet.'}</p>
    <p class="actions"><a class="button" href="/portal_link">Manage billing</a></p>
  </section>
  <section class="card stack" aria-labelledby="password">
    <h2 id="password">Password</h2>
    <p>After a change nobody who knew the old one shall have a portal open, in whatever browser.</p>
    <form class="actions" method="post" action="/password"><button class="button quiet">I have changed my password</button></form>
  </section>
</div>
${openSessions(sessions, user.customerId)}
${breakSomething}`,
  )
}

export function passwordChangedPage(
  context: PageContext,
  { ended, pending }: { readonly ended: number; readonly pending: number },
): string {
  return layout(
    'Password changed',
    context,
    html`<div class="narrow"><h1>Your portal sessions are ended</h1>
<p role="status">${count(ended)} in all your browsers.${
      pending > 0 && ` ${count(pending)} could not be ended yet, and will be as soon as Chargebee answers.`
    }</p>
<p class="actions"><a class="button" href="/account">Back to your account</a></p></div>`,
  )
}

function count(sessions: number): string {
  return sessions === 1 ? 'One portal session' : `${sessions} portal sessions`
}

/** Answered by the proxy in front of the processes: none of them could end itself and say so. */
const breakSomething = html`<section class="card stack wide" aria-labelledby="break">
  <h2 id="break">Break something</h2>
  <dl class="stack">
    ${[
      [
        'kill',
        'Kill process A',
        'The next page comes from B, and a sign-out there ends what A had opened. After five seconds A is there again.',
      ],
      [
        'stop-redis',
        'Stop Redis for ten seconds',
        'Until it goes on, "Manage billing" says that it can\'t be opened now, and "Sign out" that it is not sure. Nothing is opened that could not be remembered.',
      ],
      [
        'empty-redis',
        'Empty Redis',
        'Each browser still knows its own sessions, so its sign-out ends them. A changed password does not find them until then.',
      ],
    ].map(
      ([
        action,
        name,
        text,
      ]) => html`<div><dt><form method="post" action="/demo/${action}"><button class="button quiet">${name}</button></form></dt>
      <dd>${text}</dd></div>`,
    )}
  </dl>
</section>`
