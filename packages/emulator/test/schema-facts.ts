import { expect } from 'vitest'

/**
 * What Chargebee's OpenAPI description (repository chargebee/openapi, API v1 of 2026-06-12) says about the
 * answers on portal sessions, field by field. `object` is not in it; all samples have it.
 */
interface FieldFacts {
  type: 'string' | 'integer' | 'boolean' | 'list'
  maxLength?: number
  required?: true
  oneOf?: readonly string[]
}

const STATUSES = ['created', 'logged_in', 'logged_out', 'not_yet_activated', 'activated']

const PORTAL_SESSION: Record<string, FieldFacts> = {
  object: { type: 'string', required: true, oneOf: ['portal_session'] },
  id: { type: 'string', maxLength: 70, required: true },
  token: { type: 'string', maxLength: 70, required: true },
  access_url: { type: 'string', maxLength: 550, required: true },
  redirect_url: { type: 'string', maxLength: 250 },
  status: { type: 'string', required: true, oneOf: STATUSES },
  created_at: { type: 'integer', required: true },
  expires_at: { type: 'integer' },
  customer_id: { type: 'string', maxLength: 50, required: true },
  login_at: { type: 'integer' },
  logout_at: { type: 'integer' },
  login_ipaddress: { type: 'string', maxLength: 50 },
  logout_ipaddress: { type: 'string', maxLength: 50 },
  linked_customers: { type: 'list' },
}

const LINKED_CUSTOMER: Record<string, FieldFacts> = {
  object: { type: 'string', required: true, oneOf: ['linked_customer'] },
  customer_id: { type: 'string', maxLength: 50, required: true },
  email: { type: 'string', maxLength: 70 },
  has_billing_address: { type: 'boolean', required: true },
  has_payment_method: { type: 'boolean', required: true },
  has_active_subscription: { type: 'boolean', required: true },
}

/** Per status the allowed `type` and the `api_error_code` values that can mean something here. */
const ERRORS: Record<number, { types: string[]; codes: string[] }> = {
  400: {
    types: ['invalid_request', 'untyped', 'payment'],
    codes: ['invalid_request', 'param_wrong_value', 'configuration_incompatible', 'duplicate_entry'],
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

/** Statuses that have an error body in the schema. */
export const ERROR_STATUSES = Object.keys(ERRORS).map(Number)

/** Fails unless status and body are an answer that Chargebee's schema allows. */
export function expectChargebeeAnswer(status: number, body: unknown): void {
  if (status !== 200) {
    expectChargebeeError(status, body)
    return
  }
  expect(Object.keys(body as object)).toEqual(['portal_session'])
  const { portal_session: session } = body as { portal_session: Record<string, unknown> }
  expectFields(session, PORTAL_SESSION)
  for (const linked of session.linked_customers as Record<string, unknown>[])
    expectFields(linked, LINKED_CUSTOMER)
}

function expectChargebeeError(status: number, body: unknown): void {
  const facts = ERRORS[status]
  if (facts === undefined) expect.fail(`the schema has no answer with status ${status}`)
  const error = body as Record<string, unknown>
  expect(facts.types).toContain(error.type)
  expect(facts.codes).toContain(error.api_error_code)
  expect(error.message).toEqual(expect.any(String))
  // The legacy twins (a real sample of both generations: chargebee/chargebee-dotnet issue 23).
  expect(error.error_code).toEqual(expect.any(String))
  expect(error.error_msg).toEqual(expect.any(String))
  expect(error.http_status_code).toBe(status)
  expect(error.error_param).toBe(error.param)
}

function expectFields(value: Record<string, unknown>, facts: Record<string, FieldFacts>): void {
  expect(Object.keys(facts)).toEqual(expect.arrayContaining(Object.keys(value)))
  for (const [name, { type, maxLength, required, oneOf }] of Object.entries(facts)) {
    const field = value[name]
    if (field === undefined) {
      expect(required, `${name} is required`).toBeUndefined()
      continue
    }
    expect(typeName(field), name).toBe(type)
    if (maxLength !== undefined) expect((field as string).length, name).toBeLessThanOrEqual(maxLength)
    if (oneOf !== undefined) expect(oneOf, name).toContain(field)
  }
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  return Number.isInteger(value) ? 'integer' : typeof value
}
