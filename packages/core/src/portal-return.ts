import type { Context, Visit } from './context.js'
import { type PortalResponse, redirect } from './http.js'

/** `GET /portal_return`: where Chargebee sends the browser when the customer leaves the portal. */
export async function comeBack<Native extends readonly unknown[]>(
  { config, jar }: Pick<Context<Native>, 'config' | 'jar'>,
  { request }: Visit<Native>,
): Promise<PortalResponse> {
  return redirect(config.returnUrl, await jar.renew(await jar.read(request.headers.cookie)))
}
