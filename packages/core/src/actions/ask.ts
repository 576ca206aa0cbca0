import { type PortalResponse, respond } from '../http/http.js'
import { renderPage } from '../http/page.js'
import type { Context } from '../sessions/context.js'

export interface Question {
  readonly title: string
  readonly text: string
  readonly label: string
}

/**
 * What a navigation gets that another website began: a static page with one link to the same address. Only a click on
 * it is the person's own. No call is made, no cookie is set, nothing is counted.
 */
export function ask(
  { emit }: Pick<Context, 'emit'>,
  route: 'portal' | 'login',
  { title, text, label }: Question,
  href: string,
): PortalResponse {
  emit({ type: 'request.asked', route })
  return respond(200, { content: renderPage({ title, text, waysOn: [{ label, href }] }) })
}
