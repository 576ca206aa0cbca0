import { expect } from 'vitest'
import { type CheckGroup, check, expectHostError, expectNoCall, expectRefusal } from '../kit/check.js'
import { NAVIGATION, OLD_BROWSER } from '../kit/visitor.js'

/** CONTRACT section 8: a `getCustomerId` that fails, never ends or answers by itself. */
export const hostCallback: CheckGroup = {
  title: 'a getCustomerId that fails, never ends or answers by itself',
  checks: [
    check(
      'identity-throws',
      "what getCustomerId throws MUST reach the host's error handler as it was thrown, and the host MUST run on",
      async ({ open }) => {
        const error = Object.assign(new RangeError('down'), { code: 'E_SIGN_IN', status: 418 })
        const expected = { hostError: 'down', name: 'RangeError', code: 'E_SIGN_IN', status: 418 }
        for (const getCustomerId of [() => throwIt(error), () => Promise.reject(error)]) {
          const scene = await open({ getCustomerId })
          for (const headers of [NAVIGATION, OLD_BROWSER]) {
            expect(expectHostError(await scene.visitor('ada').click('', headers))).toEqual(expected)
          }
          expect(expectHostError(await scene.visitor('ada').fetchSession())).toEqual(expected)
          expect(scene.host.errors).toHaveLength(3)
          for (const reached of scene.host.errors) expect(reached).toBe(error)
          expectNoCall(scene)
          expect((await scene.visitor().host('GET', '/host/ping')).body).toBe('pong')
        }
      },
    ),

    check(
      'identity-throws-anything',
      "a thrown value that is no Error MUST end in the host's error handler too",
      async ({ open }) => {
        let ask: () => unknown = () => null
        const scene = await open({ getCustomerId: () => ask() })
        // 'route' and 'router' are words that Express's next() takes for something else.
        for (const thrown of [undefined, null, 0, '', 'boom', 'route', 'router', { status: 200 }]) {
          for (const way of [() => Promise.reject(thrown), () => throwIt(thrown)]) {
            ask = way
            expectHostError(await scene.visitor('ada').click())
          }
        }
        expectNoCall(scene)
        expect((await scene.visitor().host('GET', '/host/ping')).body).toBe('pong')
      },
    ),

    check(
      'identity-never',
      'a getCustomerId that never ends MUST be 504 at the deadline',
      async ({ open }) => {
        const scene = await open({
          getCustomerId: () => new Promise(() => {}),
          options: { timeoutMs: 500 },
        })
        expectRefusal(await scene.visitor('ada').click(), 504)
        expectNoCall(scene)
      },
    ),

    check(
      'identity-answers',
      'after a getCustomerId that ended the response itself nothing more MUST be sent',
      async ({ open }) => {
        for (const way of ['end', 'render'] as const) {
          for (const id of [null, 'cust_ada']) {
            const scene = await open({
              getCustomerId: (call) => {
                call[way](299, 'from the host')
                return id
              },
            })
            for (const answer of [await scene.visitor().click(), await scene.visitor().fetchSession()]) {
              expect(answer.status).toBe(299)
              expect(answer.body).toBe('from the host')
              expect(answer.headers.location).toBeUndefined()
              expect(answer.setCookies.map(({ name }) => name)).toEqual(['host'])
            }
            expect(scene.sessions.filter(({ status }) => status !== 'logged_out')).toEqual([])
            expect(scene.host.errors).toEqual([])
            expect((await scene.visitor().host('GET', '/host/ping')).body).toBe('pong')
          }
        }
      },
    ),

    check(
      'identity-not-asked',
      'requests that are not ours MUST NOT ask for the customer',
      async ({ open }) => {
        const scene = await open()
        await scene.visitor('ada').host('GET', '/host/ping')
        await scene.visitor('ada').request('GET', scene.path('/portal_links'), NAVIGATION)
        expect(scene.asked).toBe(0)
      },
    ),
  ],
}

function throwIt(value: unknown): never {
  throw value
}
