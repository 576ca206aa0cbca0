import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { CookieJar } from 'tough-cookie'
import { CheckError } from '../lib/report.mjs'
import { findForm, findLink, findRefresh } from './html.mjs'

/** @typedef {{ url: URL, status: number, body: string }} Page */
/** @typedef {Page & { headers: import('node:http').IncomingHttpHeaders }} Answer */
/** @typedef {{ method?: string, form?: Record<string, string>, from?: URL | undefined, navigates?: boolean, headers?: Record<string, string>, body?: string }} Sending */

/**
 * @typedef {object} Visitor
 * @property {number} patienceMs how long what is looked for may take to come
 * @property {() => Promise<Page>} read what is shown now
 * @property {(url: string) => Promise<unknown>} visit types an address
 * @property {(label: string) => Promise<unknown>} click follows the link with that text
 * @property {(button: string, fields?: Record<string, string>) => Promise<unknown>} submit fills in the form whose button
 *   has that text, and presses it
 * @property {(path: string, options?: { method?: string, json?: unknown }) => Promise<{ status: number, body: string }>} fetch
 *   what a script of the page does
 * @property {() => unknown} close
 */

/**
 * A person with a browser, without the browser: cookies by RFC 6265, redirects and refreshes followed as navigations,
 * `Sec-Fetch-*` and `Origin` as Chromium sends them. Where pages have scripts, Chromium itself is the visitor.
 * @returns {Visitor}
 */
export function createVisitor() {
  const jar = new CookieJar()
  /** @type {Answer} */
  let page = { url: new URL('about:blank'), status: 0, body: '', headers: {} }

  /** @param {URL} url @param {Sending} sending @returns {Promise<Answer>} */
  async function send(url, { method = 'GET', from, navigates = true, headers = {}, body }) {
    const site = siteOf(from, url)
    const cookie = await jar.getCookieString(url.href, sameSiteContext(site, method))
    const asked = request(url, {
      method,
      headers: {
        accept: navigates ? 'text/html,*/*;q=0.8' : '*/*',
        'sec-fetch-site': site,
        'sec-fetch-mode': navigates ? 'navigate' : 'cors',
        'sec-fetch-dest': navigates ? 'document' : 'empty',
        ...(from && (method !== 'GET' || !navigates) && { origin: from.origin }),
        ...(cookie && { cookie }),
        ...headers,
      },
    })
    asked.end(body)
    const [answer] = /** @type {[import('node:http').IncomingMessage]} */ (await once(asked, 'response'))
    for (const line of answer.headers['set-cookie'] ?? []) {
      await jar.setCookie(line, url.href, { ignoreError: true, ...sameSiteContext(site, 'GET') })
    }
    return { url, status: answer.statusCode ?? 0, body: await text(answer), headers: answer.headers }
  }

  /** @param {URL} url @param {Sending} [sending] */
  async function navigate(url, sending = {}) {
    page = await send(url, sending)
    for (let hops = 0; hops < 20; hops++) {
      const { location } = page.headers
      const isRedirect = page.status >= 300 && page.status < 400 && location !== undefined
      const target = isRedirect ? location : findRefresh(page.body)
      if (target === undefined) return page
      page = await send(new URL(target, page.url), { from: isRedirect ? sending.from : page.url })
    }
    throw new CheckError(`no end of redirects at ${page.url}`)
  }

  return {
    patienceMs: 0,
    read: async () => page,
    visit: (url) => navigate(new URL(url)),
    click: async (label) => navigate(new URL(findLink(page.body, label), page.url), { from: page.url }),
    async submit(button, fields = {}) {
      const form = findForm(page.body, button)
      const values = new URLSearchParams({ ...form.fields, ...fields }).toString()
      const url = new URL(form.action ?? page.url, page.url)
      if (form.method === 'GET') return navigate(new URL(`?${values}`, url), { from: page.url })
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      return navigate(url, { method: 'POST', from: page.url, headers, body: values })
    },
    fetch(path, { method = 'GET', json } = {}) {
      return send(new URL(path, page.url), {
        ...{ method, from: page.url, navigates: false },
        ...(json !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(json),
        }),
      })
    },
    close() {},
  }
}

/** @param {URL | undefined} from @param {URL} to */
function siteOf(from, to) {
  if (from === undefined) return 'none'
  if (from.origin === to.origin) return 'same-origin'
  return from.hostname === to.hostname && from.protocol === to.protocol ? 'same-site' : 'cross-site'
}

/** @param {string} site @param {string} method @returns {{ sameSiteContext: 'strict' | 'lax' | 'none' }} */
function sameSiteContext(site, method) {
  if (site !== 'cross-site') return { sameSiteContext: 'strict' }
  return { sameSiteContext: method === 'GET' ? 'lax' : 'none' }
}
