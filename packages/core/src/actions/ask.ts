import { type PortalResponse, respond } from '../http/http.js'
import { renderPage } from '../http/page.js'
import { toText } from '../http/texts.js'
import type { Context } from '../sessions/context.js'

/**
 * What a navigation gets that another website began: a static page with one link to the same address. Only a click on
 * it is the person's own. No call is made, no cookie is set, nothing is counted.
 */
export function ask(
  { config, emit }: Pick<Context, 'config' | 'emit'>,
  route: 'portal' | 'login',
  href: string,
): PortalResponse {
  emit({ type: 'request.asked', route })
  const { pages } = config
  const { open, signIn } = pages.labels
  const page = {
    ...toText(route === 'login' ? 'asked_login' : 'asked', route, pages.texts),
    waysOn: [{ label: route === 'login' ? signIn : open, href }],
  }
  return respond(200, { content: renderPage(pages, page) })
}
