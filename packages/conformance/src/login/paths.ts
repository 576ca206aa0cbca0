import { expect } from 'vitest'
import { type CheckGroup, check, expectNext } from '../kit/check.js'
import { expectSignedIn, expectUntouchedCookies } from './check.js'
import { CALLBACK, FROM_CHARGEBEE, LoginScene } from './scene.js'

/** CONTRACT section 2 for `/portal_callback/{state}`: routes match exactly. */
export const loginPaths: CheckGroup = {
  title: 'the path of a callback',
  checks: [
    check('login-state-slash', 'an encoded slash in a callback path MUST NOT be ours', async (stage) => {
      const host = await LoginScene.open(stage)
      const visitor = host.visitor()
      const begun = await host.begin(visitor)
      const { search } = new URL(await host.signIn(begun))
      for (const path of [`x%2F${begun.state}`, `${begun.state}%2f`, `%2F${begun.state}`]) {
        const arrival = `${host.scene.path(CALLBACK)}/${path}${search}`
        expectNext(await visitor.request('GET', arrival, FROM_CHARGEBEE))
      }
      host.expectUntouched()
    }),

    check(
      'login-state-not-ours',
      'a callback path of more or less than one state MUST NOT be ours',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const visitor = host.visitor()
        const begun = await host.begin(visitor)
        const address = await host.signIn(begun)
        const { search } = new URL(address)
        for (const path of [
          `${CALLBACK}/${begun.state}/x`,
          `${CALLBACK}//${begun.state}`,
          `${CALLBACK}/${begun.state}//`,
          `${CALLBACK.toUpperCase()}/${begun.state}`,
          `/x${CALLBACK}/${begun.state}`,
        ]) {
          expectNext(await visitor.request('GET', `${host.scene.path(path)}${search}`, FROM_CHARGEBEE))
        }
        // Whether these are ours nobody says; they let nobody in.
        for (const path of [
          '',
          '/',
          '/%2e%2e',
          '/..',
          `/${begun.state}%00`,
          '/__proto__',
          `/${'s'.repeat(5000)}`,
        ]) {
          const arrival = `${host.scene.path(CALLBACK)}${path}${search}`
          const answer = await visitor.request('GET', arrival, FROM_CHARGEBEE)
          expect([400, 404], path).toContain(answer.status)
          expectUntouchedCookies(answer)
        }
        host.expectUntouched()
        expectSignedIn(await host.arrive(visitor, address), host)
      },
    ),
  ],
}
