/** Chargebee's limit for the id and the token of a portal session (API reference, portal session attributes). */
export const MAX_ID_LENGTH = 70

// The SDK puts an id into the path of the call as it is, dots and slashes included. So only this form gets that far.
const SESSION_ID = /^[A-Za-z0-9_-]{1,70}$/

export function isSessionId(value: unknown): value is string {
  return typeof value === 'string' && SESSION_ID.test(value)
}

/** 1–50 visible ASCII characters (length: API reference, `customer[id]`). */
export function isCustomerId(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,50}$/.test(value)
}

/**
 * Chargebee's `portal_session` resource, as its API gives it (API reference, portal sessions). Times are seconds
 * since 1970. What Chargebee adds later comes through untouched.
 */
export interface PortalSession {
  readonly id: string
  readonly token: string
  /** Works once, within one hour. Never to be stored. */
  readonly access_url: string
  readonly redirect_url?: string
  readonly status: 'created' | 'logged_in' | 'logged_out' | 'not_yet_activated' | 'activated'
  readonly created_at: number
  readonly expires_at?: number
  readonly customer_id: string
  readonly login_at?: number
  readonly logout_at?: number
  readonly login_ipaddress?: string
  readonly logout_ipaddress?: string
  readonly linked_customers?: readonly {
    readonly customer_id: string
    readonly email?: string
    readonly has_billing_address: boolean
    readonly has_payment_method: boolean
    readonly has_active_subscription: boolean
  }[]
}

/** A portal session without what opens it. */
export type PublicPortalSession = Omit<PortalSession, 'token' | 'access_url'>

export function toPublic({
  token: _token,
  access_url: _accessUrl,
  ...rest
}: PortalSession): PublicPortalSession {
  return rest
}
