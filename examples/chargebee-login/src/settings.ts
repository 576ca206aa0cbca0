import { randomBytes } from 'node:crypto'

/** Where an anonymous visitor of the account page goes. */
export const signInPath = '/portal_login?return_to=/account'

/** Signs the session cookie. A new one at each start, which signs everybody out. */
export function newSecret(): string {
  return randomBytes(32).toString('hex')
}

/**
 * The option `secret`, without which nobody can sign in through Chargebee. A real site sets `PORTAL_SSO_SECRET`, and
 * what browsers remember survives its restarts; a demo gets a new one at each start.
 */
export function portalSecret(): { readonly secret?: string } {
  return process.env.PORTAL_SSO_SECRET ? {} : { secret: newSecret() }
}
