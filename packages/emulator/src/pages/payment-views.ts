import type { EmulatorCustomer } from '../site/customer.js'
import { type Html, html } from '../util/html.js'
import { tag } from './format.js'
import { type SectionType, sectionPath } from './sections.js'

export function paymentCard({ payment_method }: EmulatorCustomer): Html {
  return html`<section class="card" aria-labelledby="payment">
<h2 id="payment">Payment method</h2>
${
  payment_method === undefined
    ? html`<p>You have no payment method.</p>
<p class="actions"><a href="${sectionPath('portal_add_payment_method')}">Add a payment method</a></p>`
    : html`<p class="method"><span>${payment_method.type.replaceAll('_', ' ')} ending in ${payment_method.last4 ?? '4242'}</span> ${tag(payment_method.status)}</p>
<form class="actions" method="post" action="${sectionPath('portal_payment_methods')}">
<a href="${sectionPath('portal_edit_payment_method')}">Update payment method</a>
<button class="quiet" name="action" value="remove">Remove payment method</button>
</form>`
}
</section>`
}

export function paymentForm(section: SectionType): Html {
  return html`<form class="card fields" method="post" action="${sectionPath(section)}">
<p>An emulator charges nothing. Give four digits, not the number of a card.</p>
<label for="last4">Last four digits</label>
<input id="last4" name="last4" inputmode="numeric" pattern="[0-9]{4}" maxlength="4" required value="4242">
<p class="actions"><button>Save</button></p>
</form>`
}
