import type { EmulatorSubscription } from '../site/customer.js'
import { type Html, html } from '../util/html.js'
import { date, field, price, tag } from './format.js'
import { sectionPath } from './sections.js'

const NOTHING = html`<p>There are none.</p>`

/** Where the documented permalink leads. */
export function editForm(subscription: EmulatorSubscription): Html {
  const { id, status, quantity = 1, next_billing_at } = subscription
  const over = status === 'cancelled'
  return html`<section class="card" aria-label="Subscription">
<dl>
${field('Status', tag(status))}
${field('Price', price(subscription))}
${field('Next billing', next_billing_at && date(next_billing_at))}
</dl>
</section>
<form class="card fields" method="post" action="${sectionPath('edit_subscription', id)}">
<label for="quantity">Quantity</label>
<input id="quantity" name="quantity" type="number" min="1" max="10000" required value="${quantity}">
<p class="actions"><button name="action" value="change">Save</button>
${actions(subscription).map(([action, label]) => html`<button class="quiet" name="action" value="${action}">${label}</button>`)}
${over ? undefined : html`<a href="${sectionPath('sub_cancel', id)}">Cancel subscription</a>`}</p>
</form>`
}

function actions({ status, next_billing_at }: EmulatorSubscription): (readonly [string, string])[] {
  if (status === 'cancelled') return [['reactivate', 'Reactivate']]
  if (status === 'paused') return [['resume', 'Resume']]
  return [
    ['pause', 'Pause now'],
    ['schedule_pause', 'Pause at the end of the period'],
    ...(next_billing_at === undefined ? [] : [['extend', 'Extend by a period'] as const]),
  ]
}

export function cancelForm({ id, plan, status }: EmulatorSubscription): Html {
  if (status === 'cancelled') return html`<section class="card"><p>It is cancelled already.</p></section>`
  return html`<form class="card" method="post" action="${sectionPath('sub_cancel', id)}">
<p>${plan} stays usable until the end of the period that is paid.</p>
<p class="actions"><button name="action" value="cancel">Cancel at the end of the period</button>
<a href="${sectionPath('sub_details', id)}">Keep it</a></p>
</form>`
}

export function scheduledChanges({ id, status, scheduled_pause }: EmulatorSubscription): Html {
  const changes = [
    ...(status === 'non_renewing'
      ? [['keep', 'It ends with this period.', 'Remove the scheduled cancellation']]
      : []),
    ...(scheduled_pause
      ? [['unschedule_pause', 'It pauses with this period.', 'Remove the scheduled pause']]
      : []),
  ]
  return html`<form class="card" method="post" action="${sectionPath('scheduled_changes', id)}">
${
  changes.length === 0
    ? NOTHING
    : changes.map(
        ([action, text, label]) => html`<p>${text}</p>
<p class="actions"><button name="action" value="${action}">${label}</button></p>`,
      )
}
</form>`
}

export function customFieldsForm({ id, cf_note }: EmulatorSubscription): Html {
  return html`<form class="card fields" method="post" action="${sectionPath('portal_edit_subscription_cf', id)}">
<label for="cf_note">Note</label>
<input id="cf_note" name="cf_note" maxlength="250" value="${cf_note}">
<p class="actions"><button>Save</button></p>
</form>`
}
