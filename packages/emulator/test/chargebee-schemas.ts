import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { expect } from 'vitest'

/**
 * What Chargebee's OpenAPI description (repository chargebee/openapi, `spec/chargebee_api_v2_pc_v2_spec.json`, version
 * of 2026-08-28) says about the answers used here, as JSON Schema. Stricter than it in two things: `object`, which the
 * description leaves out and all recorded answers have, and no fields beside those of the description.
 */
const text = (maxLength?: number) => ({ type: 'string', ...(maxLength && { maxLength }) })
const email = { ...text(70), format: 'email' }
const time = { type: 'integer', minimum: 0 }
const amount = { type: 'integer', minimum: 0 }
const flag = { type: 'boolean' }
const oneOf = (...values: string[]) => ({ type: 'string', enum: values })

type Properties = Readonly<Record<string, object>>
/** Each resource says what it is. */
const resource = (object: string, required: readonly string[], properties: Properties) => ({
  type: 'object',
  properties: { object: { const: object }, ...properties },
  required: ['object', ...required],
  additionalProperties: false,
})

const LINKED_CUSTOMER = resource(
  'linked_customer',
  ['customer_id', 'has_active_subscription', 'has_billing_address', 'has_payment_method'],
  {
    customer_id: text(50),
    email,
    has_billing_address: flag,
    has_payment_method: flag,
    has_active_subscription: flag,
  },
)

const PORTAL_SESSION = resource(
  'portal_session',
  ['access_url', 'created_at', 'customer_id', 'id', 'status', 'token'],
  {
    id: text(70),
    token: text(70),
    access_url: text(550),
    redirect_url: text(250),
    status: oneOf('created', 'logged_in', 'logged_out', 'not_yet_activated', 'activated'),
    created_at: time,
    expires_at: time,
    customer_id: text(50),
    login_at: time,
    logout_at: time,
    login_ipaddress: text(50),
    logout_ipaddress: text(50),
    linked_customers: { type: 'array', items: LINKED_CUSTOMER },
  },
)

const BILLING_ADDRESS = resource('billing_address', [], {
  first_name: text(150),
  last_name: text(150),
  email,
  company: text(250),
  phone: text(50),
  line1: text(150),
  line2: text(150),
  line3: text(150),
  city: text(50),
  state_code: text(50),
  state: text(50),
  country: text(50),
  zip: text(20),
  validation_status: oneOf('not_validated', 'valid', 'partially_valid', 'invalid'),
})

const PAYMENT_METHOD = resource('payment_method', ['gateway', 'reference_id', 'status', 'type'], {
  type: oneOf(
    'card',
    'paypal_express_checkout',
    'direct_debit',
    'apple_pay',
    'google_pay',
    'ideal',
    'generic',
  ),
  gateway: oneOf('chargebee', 'stripe', 'adyen', 'braintree', 'gocardless', 'not_applicable'),
  gateway_account_id: text(50),
  status: oneOf('valid', 'expiring', 'expired', 'invalid', 'pending_verification'),
  reference_id: text(200),
})

/** Of the 60 fields those that the emulator has; what is required there is what the SDK's types never call optional. */
const CUSTOMER = resource(
  'customer',
  [
    ...['id', 'auto_collection', 'net_term_days', 'allow_direct_debit', 'created_at', 'deleted'],
    ...['promotional_credits', 'unbilled_charges', 'refundable_credits', 'excess_payments'],
  ],
  {
    id: text(50),
    first_name: text(150),
    last_name: text(150),
    email,
    phone: text(50),
    company: text(250),
    locale: text(50),
    auto_collection: oneOf('on', 'off'),
    net_term_days: { type: 'integer' },
    allow_direct_debit: flag,
    created_at: time,
    taxability: oneOf('taxable', 'exempt'),
    deleted: flag,
    promotional_credits: amount,
    unbilled_charges: amount,
    refundable_credits: amount,
    excess_payments: amount,
    billing_address: BILLING_ADDRESS,
    payment_method: PAYMENT_METHOD,
  },
)

const envelope = (properties: Properties, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

const ANSWERS = {
  portal_session: envelope({ portal_session: PORTAL_SESSION }),
  customer: envelope({ customer: CUSTOMER }),
  list: envelope({ list: { type: 'array', items: envelope({ customer: CUSTOMER }) }, next_offset: text() }, [
    'list',
  ]),
}

/** Per status the `type` and the `api_error_code` values of the description that can mean something here. */
const ERRORS: Readonly<Record<number, { types: string[]; codes: string[] }>> = {
  400: {
    types: ['invalid_request', 'untyped', 'payment'],
    codes: [
      ...['invalid_request', 'param_wrong_value', 'configuration_incompatible', 'duplicate_entry'],
      'resource_limit_exceeded',
    ],
  },
  401: { types: ['untyped'], codes: ['api_authentication_failed', 'basic_authentication_failed'] },
  403: { types: ['untyped', 'operation_failed'], codes: ['request_blocked', 'api_authorization_failed'] },
  404: { types: ['invalid_request', 'untyped'], codes: ['resource_not_found', 'site_not_found'] },
  405: { types: ['invalid_request'], codes: ['http_method_not_supported'] },
  409: { types: ['invalid_request'], codes: ['invalid_state_for_request'] },
  422: { types: ['invalid_request'], codes: ['unable_to_process_request'] },
  429: {
    types: ['operation_failed'],
    codes: ['third_party_api_request_limit_exceeded', 'api_request_limit_exceeded', 'lock_timeout'],
  },
  500: { types: ['operation_failed'], codes: ['internal_error'] },
  503: {
    types: ['invalid_request', 'operation_failed'],
    codes: ['db_connection_failure', 'site_read_only_mode', 'site_not_ready', 'internal_temporary_error'],
  },
}

/** Both generations of fields, as recorded in issue 23 of chargebee/chargebee-dotnet. */
const errorOf = (status: number, { types, codes }: { types: string[]; codes: string[] }) => ({
  type: 'object',
  properties: {
    message: text(),
    type: oneOf(...types),
    api_error_code: oneOf(...codes),
    param: text(),
    error_code: text(),
    error_msg: text(),
    error_param: text(),
    http_status_code: { const: status },
  },
  required: ['message', 'type', 'api_error_code', 'error_code', 'error_msg', 'http_status_code'],
  additionalProperties: false,
})

/** Statuses that have an error body in the description. */
export const ERROR_STATUSES = Object.keys(ERRORS).map(Number)

const ajv = new Ajv({ allErrors: true })
addFormats.default(ajv)
for (const [name, schema] of Object.entries(ANSWERS)) ajv.addSchema(schema, name)
for (const status of ERROR_STATUSES) {
  const facts = ERRORS[status]
  if (facts !== undefined) ajv.addSchema(errorOf(status, facts), `${status}`)
}

/** Fails unless status and body are an answer that Chargebee's description allows. */
export function expectChargebeeAnswer(status: number, body: unknown): void {
  const kind = status === 200 ? Object.keys(Object(body))[0] : `${status}`
  const validate = ajv.getSchema(`${kind}`)
  if (validate === undefined) expect.fail(`the description has no answer ${kind} with status ${status}`)
  validate(body)
  expect(validate.errors ?? [], JSON.stringify(body)).toEqual([])
  const { param, error_param } = Object(body) as Record<string, unknown>
  expect(error_param).toBe(param)
}
