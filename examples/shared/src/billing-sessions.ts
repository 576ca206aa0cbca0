import { type Html, html } from './html.js'

/** What `portal.sessions()` gives, as far as it is shown; `undefined` when Chargebee could not be asked. */
export type BillingSessions =
  | readonly {
      readonly status: string
      readonly customer_id: string
      /** Seconds since 1970. */
      readonly created_at: number
      readonly login_at?: number
      readonly login_ipaddress?: string
    }[]
  | undefined

/** The billing sessions that this browser has open for this user; nothing when there are none. */
export function openSessions(sessions: BillingSessions, customerId: string | null): Html | undefined {
  if (!sessions)
    return card(html`<p>Billing does not answer at the moment. Please look again in a little while.</p>`)
  // Somebody else may have used this browser before: what they had open is none of this user's business.
  const own = sessions.filter(({ customer_id }) => customer_id === customerId)
  const open = own.filter(({ status }) => status === 'created' || status === 'logged_in')
  if (open.length === 0) return undefined
  return card(html`<p>Opened in this browser. They end when you sign out.</p>
  <div class="scroll" role="group" aria-label="Table" tabindex="0"><table class="list"><thead><tr><th scope="col">Opened</th><th scope="col">Used since</th><th scope="col">From</th></tr></thead>
  <tbody>${open.map(
    ({ created_at, login_at, login_ipaddress }) =>
      html`<tr><td>${time(created_at)}</td><td>${login_at === undefined ? 'not yet' : time(login_at)}</td>
      <td>${login_ipaddress ?? ''}</td></tr>`,
  )}</tbody></table></div>`)
}

function card(content: Html): Html {
  return html`<section class="card stack wide" aria-labelledby="billing-sessions">
  <h2 id="billing-sessions">Open billing sessions</h2>
  ${content}
</section>`
}

function time(seconds: number): Html {
  const date = new Date(seconds * 1000)
  const text = date.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  return html`<time datetime="${date.toISOString()}">${text} UTC</time>`
}
