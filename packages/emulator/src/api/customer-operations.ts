import { type Customers, MAX_CUSTOMERS } from '../site/customers.js'
import { isEmail } from '../site/email.js'
import { ADDRESS_LENGTHS, CUSTOMER_LENGTHS } from '../site/lengths.js'
import type { Clock } from '../util/clock.js'
import { randomText } from '../util/random.js'
import { type Answer, chargebeeError, jsonAnswer } from './chargebee-errors.js'
import { toCustomerResource } from './customer-resource.js'
import { checkLengths, type Params, readForm, readParams } from './form-checks.js'
import { notFound, Refusal, wrongValue } from './refusal.js'
import type { ApiRequest } from './request.js'

/** Parameters of create that are kept. */
const ADDRESS = Object.entries(ADDRESS_LENGTHS).map(
  ([name, max]) => [`billing_address[${name}]`, name, max] as const,
)
const LENGTHS: Readonly<Record<string, number>> = {
  ...CUSTOMER_LENGTHS,
  ...Object.fromEntries(ADDRESS.map(([param, , max]) => [param, max])),
}

const MAX_PAGE = 100
const DEFAULT_PAGE = 10

/** As much of Chargebee's customers as a demonstration of single sign-on needs. */
export class CustomerOperations {
  readonly #customers: Customers
  readonly #clock: Clock

  constructor(parts: { customers: Customers; clock: Clock }) {
    this.#customers = parts.customers
    this.#clock = parts.clock
  }

  create(request: ApiRequest): Answer {
    const params = readForm(request)
    checkLengths(params, LENGTHS)
    for (const param of ['email', 'billing_address[email]']) {
      const email = params.get(param)
      if (email && !isEmail(email)) throw wrongValue(param, 'invalid email')
    }
    const id = params.get('id') || `cus_${randomText(16)}`
    if (this.#customers.find(id) !== undefined) throw duplicate(id)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    if (/[\u0000-\u001f\u007f]/.test(id)) throw wrongValue('id', 'has characters that are not allowed')
    if (this.#customers.size >= MAX_CUSTOMERS) {
      throw new Refusal(chargebeeError(400, { apiErrorCode: 'resource_limit_exceeded' }))
    }
    const given = Object.keys(CUSTOMER_LENGTHS).flatMap((name) => {
      const value = params.get(name)
      return value ? [[name, value]] : []
    })
    const billingAddress = addressIn(params)
    const customer = this.#customers.add({
      ...Object.fromEntries(given),
      id,
      created_at: this.#clock.nowSeconds(),
      ...(billingAddress && { billing_address: billingAddress }),
    })
    return jsonAnswer(200, { customer: toCustomerResource(customer) })
  }

  retrieve(id: string): Answer {
    const customer = this.#customers.find(id)
    if (customer === undefined) throw notFound(id)
    return jsonAnswer(200, { customer: toCustomerResource(customer) })
  }

  /** Newest first, `limit` of them; `next_offset` where there are more. Filters: `FIELD[is]`. */
  list({ query }: ApiRequest): Answer {
    const params = readParams(query)
    const limit = readLimit(params.get('limit'))
    const matching = this.#customers
      .all()
      .reverse()
      .filter((customer) =>
        Object.keys(CUSTOMER_LENGTHS).every((name) => {
          const wanted = params.get(`${name}[is]`)
          return wanted === undefined || customer[name] === wanted
        }),
      )
    const offset = params.get('offset')
    const start = offset ? readOffset(offset, (id) => matching.findIndex((other) => other.id === id)) : 0
    const page = matching.slice(start, start + limit)
    const next = matching[start + limit]
    return jsonAnswer(200, {
      list: page.map((customer) => ({ customer: toCustomerResource(customer) })),
      ...(next !== undefined && { next_offset: Buffer.from(next.id).toString('base64url') }),
    })
  }
}

function readLimit(text: string | undefined): number {
  if (!text) return DEFAULT_PAGE
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MAX_PAGE) throw wrongValue('limit', `should be between 1 and ${MAX_PAGE}`)
  return limit
}

function readOffset(text: string, indexOf: (id: string) => number): number {
  const index = indexOf(Buffer.from(text, 'base64url').toString())
  if (index < 0) throw wrongValue('offset', 'invalid offset')
  return index
}

function addressIn(params: Params): Record<string, string> | undefined {
  const fields = ADDRESS.flatMap(([param, name]) => {
    const value = params.get(param)
    return value ? [[name, value]] : []
  })
  return fields.length === 0 ? undefined : Object.fromEntries(fields)
}

function duplicate(id: string): Refusal {
  const problem = `The value ${id} is already present.`
  return new Refusal(
    chargebeeError(400, {
      param: 'id',
      message: `id : ${problem}`,
      apiErrorCode: 'duplicate_entry',
      errorCode: 'param_not_unique',
      errorMsg: problem,
    }),
  )
}
