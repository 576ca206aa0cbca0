import { frame, type Html, signedInCorner, signInCorner } from '@portal-sso/example-shared'
import type { Customer } from './customer.js'
import { signInPath } from './settings.js'

const links = [
  ['/account', 'Account'],
  ['/portal_link', 'Billing'],
] as const

const footer =
  'Acme Analytics is a made-up service without passwords of its own: its customers sign in at Chargebee.'

/** A whole page of the site around `content`. `customer`: who is signed in, if anybody. */
export function layout(title: string, customer: Customer | undefined, content: Html): string {
  const corner = customer
    ? signedInCorner(customer.email ?? customer.id, '/sign-out')
    : signInCorner(signInPath)
  return frame(title, { links, corner, footer }, content)
}
