import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectNoCall,
  expectPrivate,
  expectProblem,
  expectVary,
  newestSession,
  rememberedBy,
  without,
} from '../kit/check.js'
import { json } from '../kit/http.js'
import { BASE_URL } from '../kit/scene.js'
import { NAVIGATION, SCRIPT } from '../kit/visitor.js'

/** CONTRACT: `POST /portal_session`. */
export const jsonSession: CheckGroup = {
  title: 'POST /portal_session for Chargebee.js and single-page apps',
  checks: [
    check(
      'session-bare',
      'the answer MUST be 200 with the bare portal_session resource',
      async ({ open }) => {
        const scene = await open()
        const answer = await scene.visitor('ada').fetchSession()
        expect(answer.status, answer.body).toBe(200)
        expectPrivate(answer)
        expect(answer.headers['content-type']).toMatch(/^application\/json\b/)
        const { id, token, access_url, created_at, expires_at } = newestSession(scene)
        expect(json(answer)).toMatchObject({
          id,
          token,
          access_url,
          created_at,
          expires_at,
          status: 'created',
          customer_id: 'cust_ada',
          object: 'portal_session',
        })
        expect(json(answer)).not.toHaveProperty('portal_session')
        // What the SDK adds beside the resource: the response's headers, and so on.
        for (const name of ['headers', 'httpStatusCode', 'isIdempotencyReplayed']) {
          expect(json(answer)).not.toHaveProperty(name)
        }
      },
    ),

    check(
      'session-remembered',
      'the session MUST be remembered, so that a logout ends it',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example' } })
        const ada = scene.visitor('ada')
        expect(rememberedBy(await ada.fetchSession())).toHaveLength(1)
        await ada.logout()
        expect(newestSession(scene).status).toBe('logged_out')
      },
    ),

    check('session-once', 'each request MUST be one create with a key of its own', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      await ada.fetchSession()
      await ada.fetchSession()
      await ada.click()
      expect(new Set(scene.creates.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3)
      expect(scene.asked).toBe(3)
    }),

    check('session-query', 'no query parameter MUST have any effect', async ({ open }) => {
      const scene = await open({ options: { baseUrl: 'https://shop.example' } })
      const queries = [
        '?to=nope',
        '?to=edit-subscription&subscription_id=sub_1',
        '?after=login',
        '?after=hop',
        '?redirect_url=https://evil.example/&forward_url=https://evil.example/',
      ]
      for (const query of queries) {
        expect((await scene.visitor('ada').fetchSession(query)).status, query).toBe(200)
      }
      for (const { params } of scene.creates) {
        expect(without(params, 'redirect_url')).toEqual({ 'customer[id]': 'cust_ada' })
        expect(params.redirect_url ?? scene.publicUrl('/portal_return')).toBe(
          scene.publicUrl('/portal_return'),
        )
      }
    }),

    check('session-no-cors', 'there MUST be no CORS headers', async ({ open }) => {
      const scene = await open()
      const origin = BASE_URL
      const answers = [
        await scene.visitor('ada').fetchSession('', { ...SCRIPT, origin }),
        await scene
          .visitor('ada')
          .fetchSession('', { ...SCRIPT, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }),
        await scene.visitor('ada').request('OPTIONS', scene.path('/portal_session'), {
          origin: 'https://evil.example',
          'access-control-request-method': 'POST',
        }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([200, 403, 405])
      for (const { headers } of answers) {
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
      }
    }),

    check(
      'session-refusals',
      'all refusals MUST be application/problem+json, whatever Accept says',
      async ({ open }) => {
        const scene = await open()
        for (const accept of ['*/*', 'application/json', NAVIGATION.accept]) {
          const headers = { ...SCRIPT, accept }
          expectProblem(await scene.visitor().fetchSession('', headers), 401)
          expectProblem(await scene.visitor('guest').fetchSession('', headers), 404)
          expectProblem(
            await scene.visitor('ada').fetchSession('', { ...headers, 'sec-fetch-site': 'cross-site' }),
            403,
          )
          expectProblem(
            await scene.visitor('ada').request('GET', scene.path('/portal_session'), headers),
            405,
          )
        }
        expectNoCall(scene)
      },
    ),

    check('session-vary', 'Vary MUST name the request headers that decided', async ({ open }) => {
      const scene = await open()
      expectVary(await scene.visitor('ada').fetchSession(), 'Accept-Encoding', 'Sec-Fetch-Site')
      const byOrigin = await scene.visitor('ada').fetchSession('', { origin: BASE_URL })
      expect(byOrigin.status).toBe(200)
      expectVary(byOrigin, 'Accept-Encoding', 'Sec-Fetch-Site', 'Origin')
    }),

    check('session-host-cookie', "the host's own cookies MUST survive beside ours", async ({ open }) => {
      const scene = await open()
      const answer = await scene.visitor('ada').fetchSession()
      expect(answer.setCookies.map(({ raw }) => raw)).toContain('host=yes; Path=/; HttpOnly')
    }),

    check(
      'session-secrets',
      'the API key MUST be nowhere, and the token in no header, event or log line',
      async ({ open, console }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        const answer = await ada.fetchSession()
        await ada.logout()
        const { apiKey } = scene.emulator
        const { token } = newestSession(scene)
        const elsewhere = [JSON.stringify(answer.headers), JSON.stringify(scene.events), ...console.lines]
        expect(elsewhere.filter((text) => text.includes(token) || text.includes(apiKey))).toEqual([])
        expect(answer.body).not.toContain(apiKey)
      },
    ),
  ],
}
