import type { EmulatorCustomer } from './customer.js'
import { isEmail } from './email.js'
import { ADDRESS_LENGTHS, CUSTOMER_LENGTHS } from './lengths.js'

type Check = readonly [test: (value: unknown) => boolean, expected: string]

const text: Check = [(value) => typeof value === 'string' && value !== '', 'a string']
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/

const id: Check = [
  (value) => typeof value === 'string' && value.trim() !== '' && value.length <= 50 && !CONTROL.test(value),
  'a string of at most 50 characters, none of them a control character,',
]
const positive: Check = [
  (value) => Number.isSafeInteger(value) && (value as number) > 0,
  'a whole number from 1',
]
const minorUnits: Check = [Number.isSafeInteger, 'a whole number of the smallest unit (cents)']
const currency: Check = [(value) => /^[A-Z]{3}$/.test(String(value)), 'three capital letters, like EUR']
const unixSeconds: Check = [
  (value) => Number.isSafeInteger(value) && Math.abs(value as number) < 1e11,
  'unix seconds',
]

const SUBSCRIPTION = {
  id,
  plan: text,
  status: text,
  currency_code: currency,
  amount: minorUnits,
  billing_period_unit: text,
} as const

const INVOICE = {
  id,
  status: text,
  date: unixSeconds,
  total: minorUnits,
  currency_code: currency,
} as const

/** Everything that an answer or a page is made of, so that a slip in a test shows here and not as a broken page. */
export function checkCustomer(customer: unknown, where: string): asserts customer is EmulatorCustomer {
  const fields = toFields(customer, where)
  checkPlain(fields, where)
  checkFields(fields, { id: text }, where)
  if (fields.password !== undefined) checkFields(fields, { password: text }, where)
  checkLengths(fields, CUSTOMER_LENGTHS, where)
  checkFields(fields, { id }, where)
  if (fields.email !== undefined && fields.email !== '' && !isEmail(String(fields.email))) {
    throw new TypeError(`${where}.email: an e-mail address, like ada@example.com`)
  }
  if (fields.billing_address !== undefined) {
    const address = toFields(fields.billing_address, `${where}.billing_address`)
    if (Object.values(address).some((line) => typeof line !== 'string')) {
      throw new TypeError(`${where}.billing_address: an object of strings`)
    }
    const unknown = Object.keys(address).find((name) => !Object.hasOwn(ADDRESS_LENGTHS, name))
    if (unknown !== undefined) {
      const names = Object.keys(ADDRESS_LENGTHS).join(', ')
      throw new TypeError(`${where}.billing_address: there is no '${unknown}'; there are ${names}`)
    }
    checkLengths(address, ADDRESS_LENGTHS, `${where}.billing_address`)
  }
  if (fields.payment_method !== undefined) {
    const place = `${where}.payment_method`
    checkFields(toFields(fields.payment_method, place), { type: text, status: text }, place)
  }
  for (const [place, subscription] of listOf(fields, 'subscriptions', where)) {
    checkFields(subscription, SUBSCRIPTION, place)
    if (subscription.quantity !== undefined) checkFields(subscription, { quantity: positive }, place)
    if (subscription.next_billing_at !== undefined)
      checkFields(subscription, { next_billing_at: unixSeconds }, place)
  }
  for (const [place, invoice] of listOf(fields, 'invoices', where)) checkFields(invoice, INVOICE, place)
}

function checkLengths(
  fields: Record<string, unknown>,
  lengths: Readonly<Record<string, number>>,
  where: string,
): void {
  for (const [field, max] of Object.entries(lengths)) {
    const value = fields[field]
    if (value === undefined) continue
    if (typeof value !== 'string') throw new TypeError(`${where}.${field}: a string`)
    if (value.length > max) throw new TypeError(`${where}.${field}: at most ${max} characters`)
  }
}

/** Nothing but plain data with whole characters: a half of a surrogate pair fits into no address and no page. */
function checkPlain(value: unknown, where: string, depth = 0): void {
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) {
    throw new TypeError(`${where}: half of a surrogate pair`)
  }
  if (typeof value === 'function' || typeof value === 'symbol' || depth > 20) {
    throw new TypeError(`${where}: plain data`)
  }
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    checkPlain(name, `a name in ${where}`)
    checkPlain(inner, `${where}.${name}`, depth + 1)
  }
}

function checkFields(
  fields: Record<string, unknown>,
  checks: Readonly<Record<string, Check>>,
  where: string,
): void {
  for (const [field, [test, expected]] of Object.entries(checks)) {
    if (!test(fields[field])) throw new TypeError(`${where}.${field}: ${expected} is required`)
  }
}

function listOf(
  fields: Record<string, unknown>,
  name: string,
  where: string,
): [string, Record<string, unknown>][] {
  const list = fields[name] ?? []
  if (!Array.isArray(list)) throw new TypeError(`${where}.${name}: an array`)
  return list.map((entry, index) => {
    const place = `${where}.${name}[${index}]`
    return [place, toFields(entry, place)]
  })
}

function toFields(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${where}: an object`)
  return value as Record<string, unknown>
}
