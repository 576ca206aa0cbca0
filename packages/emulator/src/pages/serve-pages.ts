import type { IncomingMessage, ServerResponse } from 'node:http'
import { isForm, parseFormBody } from '../util/form-body.js'
import { ipAddressOf } from '../util/ip-address.js'
import { readBody } from '../util/read-body.js'
import { isSameOrigin } from '../util/same-origin.js'
import { splitUrl } from '../util/split-url.js'
import type { Page } from './page.js'
import { messagePage } from './portal-layout.js'
import type { PageRequest } from './request.js'

/** Pages over HTTP: forms come from these pages only, and no page is kept anywhere. */
export async function servePages(
  site: string,
  answer: (request: PageRequest) => Page,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { headers } = request
  const body = await readBody(request)
  const method = request.method ?? 'GET'
  // Otherwise a foreign page sets a customer's first password, or signs the browser in as another customer.
  if (method === 'POST' && !isSameOrigin(headers)) {
    send(response, foreignForm(site))
    return
  }
  const formText = method === 'POST' && isForm(headers) ? body : undefined
  const { path, query } = splitUrl(request.url)
  const page = answer({
    method,
    path,
    query,
    params: new URLSearchParams(query),
    formText,
    form: formText === undefined ? undefined : readForm(formText),
    cookie: headers.cookie,
    framed: /^i?frame$/.test(`${headers['sec-fetch-dest']}`),
    ipAddress: ipAddressOf(request),
  })
  send(response, page)
}

function foreignForm(site: string): Page {
  return messagePage(site, 403, 'Not from there', 'Another website sent this form. Nothing was done.')
}

function readForm(text: string): ReadonlyMap<string, string> | undefined {
  try {
    return parseFormBody(text)
  } catch {
    return undefined
  }
}

function send(response: ServerResponse, { status, headers, body }: Page): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
