// Those who click: browsers of any number of customers, and the clock in front of them.
import http from 'node:http'
import https from 'node:https'
import { percentile, wait } from '../lib/numbers.mjs'
import { serveParent } from '../lib/role.mjs'

const agent = new http.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })

// What a browser sends for a click on a link.
const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-language': 'en-GB,en;q=0.9',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-user': '?1',
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
}

// What a page's own script sends.
const SCRIPT = { accept: '*/*', 'sec-fetch-site': 'same-origin' }

/**
 * @typedef {object} Answer
 * @property {number} ms until the end of the answer
 * @property {number} status 0: no answer
 * @property {http.IncomingHttpHeaders} headers
 * @property {string} body
 */

/**
 * @param {http.RequestOptions} options
 * @param {number} [limitMs] after which the visitor waits no longer
 * @returns {Promise<Answer>}
 */
function send(options, limitMs) {
  return new Promise((resolve) => {
    const start = performance.now()
    const request = http.request({ host: '127.0.0.1', agent, ...options })
    const limit = limitMs && setTimeout(() => request.destroy(new Error('nobody waits any more')), limitMs)
    /** @param {number} status @param {http.IncomingHttpHeaders} headers @param {string} body */
    const finish = (status, headers, body) => {
      if (limit) clearTimeout(limit)
      resolve({ ms: performance.now() - start, status, headers, body })
    }
    request.on('error', (error) => finish(0, {}, error.message))
    request.on('response', (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => finish(response.statusCode ?? 0, response.headers, body))
      response.on('error', (error) => finish(0, {}, error.message))
    })
    request.end()
  })
}

/** @param {{ port: number, customer: string, cookie?: string, limitMs?: number }} click */
function click({ port, customer, cookie, limitMs }) {
  const headers = { ...NAVIGATION, 'x-customer': customer, ...(cookie && { cookie }) }
  return send({ port, path: '/portal_link', headers }, limitMs)
}

/** @param {{ port: number, customer: string, cookies: ReadonlyMap<string, string> }} browser */
async function clickOf({ port, customer, cookies }) {
  const answer = await click({ port, customer, cookie: toHeader(cookies) })
  if (!isPortal(answer)) throw new Error(describe(answer))
  return answer
}

/** @param {Map<string, string>} cookies @param {Answer} answer */
function keep(cookies, { headers }) {
  for (const line of headers['set-cookie'] ?? []) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    cookies.set(name, value)
  }
}

/** @param {ReadonlyMap<string, string>} cookies */
const toHeader = (cookies) => [...cookies].map((pair) => pair.join('=')).join('; ')

/** @param {Answer} answer */
function isPortal({ status, headers }) {
  const isRedirect = status === 303 || status === 302
  return isRedirect && /^https:\/\/bench-test\.chargebeeportal\.com\//.test(headers.location ?? '')
}

/** @param {Answer} answer what went wrong, in a few words */
function describe({ status, body }) {
  return `${status} ${body.slice(0, 200)}`
}

serveParent({
  /** One click after the other; a gap counts from the end of the click before. The first gap is from now. */
  async clicks({ port, customer, gapsMs }) {
    const clicks = []
    for (const [index, gapMs] of gapsMs.entries()) {
      await wait(gapMs)
      const answer = await click({ port, customer: `${customer}-${index}` })
      clicks.push({ ms: answer.ms, ...(!isPortal(answer) && { problem: describe(answer) }) })
    }
    return clicks
  },

  /** Clicks of distinct customers, so many at a time, until they are done. */
  async load({ port, customer, clicks, concurrency }) {
    let next = 0
    const times = []
    const problems = []
    const click1 = async () => {
      while (next < clicks) {
        const answer = await click({ port, customer: `${customer}-${next++}` })
        times.push(answer.ms)
        if (!isPortal(answer)) problems.push(describe(answer))
      }
    }
    await Promise.all(Array.from({ length: concurrency }, click1))
    return summary(times, problems)
  },

  /** Clicks of distinct customers, all at once. */
  async burst({ port, customer, clicks, limitMs }) {
    const all = Array.from({ length: clicks }, (_, index) =>
      click({ port, customer: `${customer}-${index}`, limitMs }),
    )
    const answers = await Promise.all(all)
    return {
      ...summary(
        answers.map(({ ms }) => ms),
        answers.filter((answer) => !isPortal(answer)).map(describe),
      ),
      unanswered: answers.filter(({ status }) => status === 0).length,
    }
  },

  /** One browser: clicks one after the other. Gives its cookies as a header. */
  async remember({ port, customer, clicks }) {
    const cookies = new Map()
    for (let count = 0; count < clicks; count++) keep(cookies, await clickOf({ port, customer, cookies }))
    return toHeader(cookies)
  },

  /** The same request again and again, so many at a time. */
  async repeat({ port, method, path, customer, cookie, requests, concurrency }) {
    let next = 0
    const times = []
    const problems = []
    const isClick = method === 'GET'
    const headers = {
      ...(isClick ? NAVIGATION : SCRIPT),
      ...(customer && { 'x-customer': customer }),
      cookie,
    }
    if (!cookie) delete headers.cookie
    const request1 = async () => {
      while (next++ < requests) {
        const answer = await send({ port, method, path, headers })
        times.push(answer.ms)
        if (isClick ? !isPortal(answer) : answer.status !== 200) problems.push(describe(answer))
      }
    }
    await Promise.all(Array.from({ length: concurrency }, request1))
    return summary(times, problems)
  },

  /** One browser: clicks one after the other, a pause, and a sign-out. Gives the milliseconds of the sign-out. */
  async signOut({ port, customer, clicks, pauseMs }) {
    const cookies = new Map()
    const ids = []
    for (let count = 0; count < clicks; count++) {
      const answer = await clickOf({ port, customer, cookies })
      ids.push(answer.headers.location?.split('/').at(-1))
      keep(cookies, answer)
    }
    await wait(pauseMs)
    const headers = { 'x-customer': customer, 'x-sessions': ids.join(','), cookie: toHeader(cookies) }
    const answer = await send({ port, method: 'POST', path: '/sign-out', headers })
    if (answer.status !== 200) throw new Error(describe(answer))
    const { ended, pending } = JSON.parse(answer.body)
    if (ended !== clicks || pending !== 0)
      throw new Error(`${ended} of ${clicks} sessions ended, ${pending} pending`)
    return answer.ms
  },

  /** What a request costs on a fresh connection to the API, and on the same one again, in milliseconds. */
  async probe({ port }) {
    const https1 = new https.Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0 })
    const call = () =>
      new Promise((resolve, reject) => {
        const start = performance.now()
        const path = '/api/v2/portal_sessions'
        const request = https.request({ host: 'localhost', port, path, method: 'POST', agent: https1 })
        request.on('error', reject)
        request.on('response', (response) => {
          response.resume()
          response.on('end', () => setImmediate(resolve, performance.now() - start))
        })
        request.end()
      })
    const fresh = await call()
    const kept = await call()
    https1.destroy()
    return { fresh, kept }
  },
})

/** @param {number[]} times @param {string[]} problems */
function summary(times, problems) {
  return {
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    max: Math.max(...times),
    failed: problems.length,
    problem: problems[0],
  }
}
