import type { EmulatorCustomer, EmulatorSubscription } from '../site/customer.js'
import { type Html, html } from '../util/html.js'

const GOOD: ReadonlySet<string> = new Set(['active', 'in_trial', 'paid', 'valid'])

export function displayName(customer: EmulatorCustomer): string {
  const name = [customer.first_name, customer.last_name].filter(Boolean).join(' ')
  return name || customer.company || customer.email || customer.id
}

/** A term and its value in a `dl`; nothing where there is no value. */
export function field(label: string, value: Html | string | undefined | 0): Html | undefined {
  return value ? html`<div><dt>${label}</dt><dd>${value}</dd></div>` : undefined
}

export function tag(status: string): Html {
  return html`<span class="${GOOD.has(status) ? 'tag good' : 'tag'}">${status.replaceAll('_', ' ')}</span>`
}

export function price({ amount, currency_code, billing_period_unit }: EmulatorSubscription): string {
  return `${money(amount, currency_code)} per ${billing_period_unit}`
}

export function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}

export function date(seconds: number): Html {
  const day = new Date(seconds * 1000)
  const text = day.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  })
  return html`<time datetime="${day.toISOString().slice(0, 10)}">${text}</time>`
}
