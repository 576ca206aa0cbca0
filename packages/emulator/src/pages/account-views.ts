import type { EmulatorCustomer } from '../site/customer.js'
import { ADDRESS_LENGTHS, CUSTOMER_LENGTHS } from '../site/lengths.js'
import { type Html, html } from '../util/html.js'
import { displayName, field } from './format.js'
import { type SectionType, sectionPath } from './sections.js'

/** Fields of an address as the form has them: name, label, `autocomplete`, longest text. */
export const ADDRESS_FIELDS = [
  ['line1', 'Street', 'address-line1', ADDRESS_LENGTHS.line1],
  ['city', 'City', 'address-level2', ADDRESS_LENGTHS.city],
  ['zip', 'Postcode', 'postal-code', ADDRESS_LENGTHS.zip],
  ['country', 'Country', 'country', ADDRESS_LENGTHS.country],
] as const

/** The same for the customer; the e-mail address only the merchant changes (stated by Chargebee). */
export const ACCOUNT_FIELDS = [
  ['first_name', 'First name', 'given-name', CUSTOMER_LENGTHS.first_name],
  ['last_name', 'Last name', 'family-name', CUSTOMER_LENGTHS.last_name],
  ['company', 'Company', 'organization', CUSTOMER_LENGTHS.company],
  ['phone', 'Phone', 'tel', CUSTOMER_LENGTHS.phone],
] as const

export function accountCard(customer: EmulatorCustomer): Html {
  return html`<section class="card" aria-labelledby="account">
<h2 id="account">Account</h2>
<dl>
${field('Name', displayName(customer))}
${field('Company', customer.company)}
${field('E-mail', customer.email)}
${field('Phone', customer.phone)}
${field('Billing address', addressText(customer.billing_address))}
${field('Customer id', html`<code>${customer.id}</code>`)}
</dl>
<p class="actions"><a href="${sectionPath('portal_edit_account')}">Edit account</a></p>
</section>`
}

export function accountForm(customer: EmulatorCustomer): Html {
  return form('portal_edit_account', ACCOUNT_FIELDS, customer)
}

export function addressCards({ billing_address, shipping_address }: EmulatorCustomer): Html {
  const cards = [
    ['Billing address', billing_address, 'portal_edit_billing_address'],
    ['Shipping address', shipping_address, 'portal_edit_shipping_address'],
  ] as const
  return html`<div class="pair">
${cards.map(
  ([title, address, section]) => html`<section class="card" aria-label="${title}">
<h2>${title}</h2>
<p>${addressText(address as Record<string, string> | undefined) ?? 'None yet.'}</p>
<p class="actions"><a href="${sectionPath(section)}" aria-label="Edit the ${title.toLowerCase()}">Edit</a></p>
</section>`,
)}
</div>`
}

export function addressForm(section: SectionType, address: unknown): Html {
  return form(section, ADDRESS_FIELDS, (address ?? {}) as Record<string, unknown>)
}

function form(
  section: SectionType,
  fields: readonly (readonly [name: string, label: string, autocomplete: string, max: number])[],
  values: Readonly<Record<string, unknown>>,
): Html {
  return html`<form class="card fields" method="post" action="${sectionPath(section)}">
${fields.map(
  ([name, label, autocomplete, max]) => html`<label for="${name}">${label}</label>
<input id="${name}" name="${name}" maxlength="${max}" autocomplete="${autocomplete}" value="${String(values[name] ?? '')}">`,
)}
<p class="actions"><button>Save</button></p>
</form>`
}

function addressText(address: Readonly<Record<string, string>> | undefined): string | undefined {
  return address === undefined ? undefined : Object.values(address).filter(Boolean).join(', ') || undefined
}
