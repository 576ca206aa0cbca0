import { frame, signedInCorner, signInCorner } from './frame.js'
import type { Html } from './html.js'
import type { DemoUser } from './users.js'

/** The signed-in user, or `undefined`: what every page of the host knows. */
export interface PageContext {
  readonly user?: DemoUser | undefined
}

const links = [
  ['/pricing', 'Pricing'],
  ['/account', 'Account'],
  ['/portal_link', 'Billing'],
] as const

const footer =
  'Acme Analytics is a made-up service. It shows how a site takes its signed-in customers to their Chargebee customer portal.'

/** A whole page of the host around `content`. */
export function layout(title: string, { user }: PageContext, content: Html): string {
  const corner = user ? signedInCorner(user.name, '/logout') : signInCorner('/login')
  return frame(title, { links, corner, footer }, content)
}
