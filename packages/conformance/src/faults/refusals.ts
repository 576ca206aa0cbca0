import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectHostError,
  expectPage,
  expectPrivate,
  expectProblem,
  rememberedBy,
} from '../kit/check.js'
import { scriptsOf, tagsOf } from '../kit/html.js'
import { json } from '../kit/http.js'
import { NAVIGATION, SCRIPT } from '../kit/visitor.js'

/** CONTRACT sections 8 and 9. */
export const refusals: CheckGroup = {
  title: 'refusals and events',
  checks: [
    check(
      'refusal-page',
      'a browser MUST get a small static page that loads and runs nothing',
      async ({ open }) => {
        const scene = await open()
        const answers = [
          [await scene.visitor().click(), 401],
          [await scene.visitor('guest').click(), 404],
          [await scene.visitor('ada').click('?to="><script>alert(1)</script>'), 400],
          [await scene.visitor('ada').click('', { ...NAVIGATION, 'sec-fetch-dest': 'iframe' }), 403],
          [await scene.visitor('ada').request('POST', scene.path('/portal_link'), NAVIGATION), 405],
        ] as const
        for (const [answer, status] of answers) {
          expectPage(answer, status)
          expect(answer.body.length).toBeLessThan(8192)
          expect(scriptsOf(answer.body)).toEqual([])
          const tags = tagsOf(answer.body)
          expect(tags.filter(({ attributes }) => attributes.has('src') || attributes.has('srcset'))).toEqual(
            [],
          )
          expect(tags.map(({ name }) => name)).toEqual(expect.arrayContaining(['html', 'title', 'h1']))
          expect(tags.map(({ name }) => name)).not.toContain('link')
        }
      },
    ),

    check(
      'refusal-problem',
      'a script MUST get RFC 9457, with a code of the closed list',
      async ({ open }) => {
        const scene = await open()
        for (const [answer, status] of [
          [await scene.visitor().fetchSession(), 401],
          [await scene.visitor('ada').fetchSession('', {}), 403],
          [await scene.visitor('guest').fetchSession(), 404],
        ] as const) {
          expectProblem(answer, status)
          expect(json(answer).title).toEqual(expect.any(String))
        }
      },
    ),

    check('refusal-on-error', 'onError MUST be able to render a refusal itself', async ({ open }) => {
      const errors: { name?: unknown; code?: unknown; status?: unknown }[] = []
      const scene = await open({
        options: (_, toHostCall) => ({
          onError: (error: Error, ...native: never[]) => {
            errors.push(error)
            const call = toHostCall(...native)
            call.render(418, `no portal for ${call.headers['x-host-user'] ?? 'strangers'}`)
          },
        }),
      })
      for (const [answer, body] of [
        [await scene.visitor().click(), 'no portal for strangers'],
        [await scene.visitor().fetchSession(), 'no portal for strangers'],
        [await scene.visitor('guest').click(), 'no portal for guest'],
        [await scene.visitor('ada').click('', SCRIPT), 'no portal for ada'],
      ] as const) {
        expect(answer.status).toBe(418)
        expect(answer.body).toBe(body)
        expectPrivate(answer)
        expect(rememberedBy(answer)).toEqual([])
      }
      expect(errors.map(({ status }) => status)).toEqual([401, 401, 404, 403])
      for (const { name, code } of errors) {
        expect(name).toBe('PortalSsoError')
        expect(code).toEqual(expect.any(String))
      }
    }),

    check(
      'refusal-on-error-throws',
      "an onError that throws MUST end in the host's error handler",
      async ({ open }) => {
        for (const onError of [
          () => throwIt(new RangeError('no template')),
          () => Promise.reject(new RangeError('no template')),
        ]) {
          const scene = await open({ options: { onError } })
          expect(expectHostError(await scene.visitor().click())).toMatchObject({ hostError: 'no template' })
          expect((await scene.visitor().host('GET', '/host/ping')).body).toBe('pong')
        }
      },
    ),

    check('refusal-on-error-host', "the host's own errors MUST NOT go to onError", async ({ open }) => {
      const scene = await open({
        getCustomerId: () => Promise.reject(new RangeError('sign-in is down')),
        options: (_, toHostCall) => ({
          onError: (_error: Error, ...native: never[]) => toHostCall(...native).render(418, 'onError'),
        }),
      })
      expect(expectHostError(await scene.visitor('ada').click())).toMatchObject({
        hostError: 'sign-in is down',
      })
    }),

    check(
      'event-fields',
      'a click and a logout MUST be events, with type, at, site, customerId and sessionId',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        await ada.logout()
        const [session] = scene.sessions
        for (const type of ['session.created', 'session.ended']) {
          const events = scene.events.filter((event) => event.type === type)
          expect(events).toHaveLength(1)
          expect(events[0]).toMatchObject({ site: scene.emulator.site, sessionId: session?.id })
          expect(events[0]?.at).toBeDefined()
        }
        expect(scene.events.find(({ type }) => type === 'session.created')).toMatchObject({
          customerId: 'cust_ada',
        })
        expect(JSON.stringify(scene.events.find(({ type }) => type === 'session.ended'))).toContain('logout')
      },
    ),

    check('event-refused', 'a refusal MUST be a request.refused event with its code', async ({ open }) => {
      const scene = await open()
      await scene.visitor('ada').click('?to=nope')
      const events = scene.events.filter(({ type }) => type === 'request.refused')
      expect(events).toEqual([
        expect.objectContaining({ site: scene.emulator.site, code: expect.any(String) }),
      ])
    }),

    check(
      'event-upstream',
      'each failed try MUST be an upstream.failed event with operation, status and attempt',
      async ({ open }) => {
        const scene = await open()
        scene.emulator.fail({ operation: 'create', status: 503 })
        await scene.visitor('ada').click()
        expect(scene.events.filter(({ type }) => type === 'upstream.failed')).toEqual([
          expect.objectContaining({
            operation: 'create',
            status: 503,
            attempt: 1,
            site: scene.emulator.site,
          }),
        ])
      },
    ),

    check('event-throws', 'a listener that throws MUST change nothing', async ({ open }) => {
      for (const onEvent of [
        () => throwIt(new Error('audit is down')),
        () => Promise.reject(new Error('audit is down')),
      ]) {
        const scene = await open({ options: { onEvent } })
        const ada = scene.visitor('ada')
        expect((await ada.click()).status).toBe(303)
        expect((await scene.visitor().click()).status).toBe(401)
        expect((await ada.logout()).status).toBe(200)
        expect((await ada.host('GET', '/host/ping')).body).toBe('pong')
      }
    }),
  ],
}

function throwIt(error: Error): never {
  throw error
}
