import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectHandedOut,
  expectHostError,
  expectNoCall,
  expectPage,
  expectProblem,
  newestSession,
} from '../kit/check.js'
import { scriptsOf } from '../kit/html.js'
import { NAVIGATION } from '../kit/visitor.js'

/** CONTRACT: `GET /portal_link`, step 5, and the option `destinations`. */
export const destinations: CheckGroup = {
  title: 'deep links into the portal',
  checks: [
    check('to-none', 'without a destination there MUST be no forward_url', async ({ open }) => {
      const scene = await open()
      await scene.visitor('ada').click('?subscription_id=sub_1&to_=edit-subscription&TO=edit-subscription')
      expect(scene.creates).toHaveLength(1)
      expect(scene.creates[0]?.params).not.toHaveProperty('forward_url')
    }),

    check(
      'to-edit-subscription',
      'to=edit-subscription MUST be the documented permalink',
      async ({ open }) => {
        const scene = await open()
        for (const id of ['sub_1', 'AzZlGZTPX3LqH2Ey', 'a.b-c', 'x'.repeat(50)]) {
          const answer = await scene.visitor('ada').click(`?to=edit-subscription&subscription_id=${id}`)
          expectHandedOut(answer, scene)
          expect(scene.creates.at(-1)?.params.forward_url).toBe(
            `${scene.emulator.portalUrl}/portal/permalink/subscriptions/${id}/edit`,
          )
        }
      },
    ),

    check(
      'to-edit-subscription-default',
      'without portalUrl the permalink MUST be on https://{site}.chargebeeportal.com',
      async ({ open }) => {
        const scene = await open({ options: { portalUrl: undefined } })
        await scene.visitor('ada').click('?to=edit-subscription&subscription_id=sub_1')
        expect(scene.creates[0]?.params.forward_url).toBe(
          `https://${scene.emulator.site}.chargebeeportal.com/portal/permalink/subscriptions/sub_1/edit`,
        )
      },
    ),

    check(
      'to-edit-subscription-encoded',
      'an unusual subscription id MUST stay one path segment of the permalink, or be refused with 400',
      async ({ open }) => {
        const scene = await open()
        for (const id of [
          'a/b',
          'a b',
          'a?b',
          'a#b',
          'a%2Fb',
          'a\\b',
          'a&b=c',
          'caf\u00e9',
          '..;',
          '@evil.example',
        ]) {
          const made = scene.creates.length
          const query = new URLSearchParams({ to: 'edit-subscription', subscription_id: id })
          const answer = await scene.visitor('ada').click(`?${query}`)
          if (answer.status === 400) {
            expectPage(answer, 400)
            expect(scene.creates).toHaveLength(made)
            continue
          }
          expectHandedOut(answer, scene)
          const forward = new URL(scene.creates.at(-1)?.params.forward_url ?? '')
          expect(forward.href).toBe(
            `${scene.emulator.portalUrl}/portal/permalink/subscriptions/${encodeURIComponent(id)}/edit`,
          )
        }
      },
    ),

    check(
      'to-edit-subscription-bad',
      'a missing, empty, doubled, dotted or over-long subscription id MUST get 400 without a call',
      async ({ open }) => {
        const scene = await open()
        const bad = [
          '',
          '&subscription_id=',
          '&subscription_id=a&subscription_id=b',
          '&subscription_id=a&subscription_id=a',
          '&subscription_id=.',
          '&subscription_id=..',
          '&subscription_id=%2e%2e',
          '&subscription_id[]=a',
          '&subscription_id[0]=a',
          `&subscription_id=${'x'.repeat(300)}`,
        ]
        for (const rest of bad) {
          expectPage(await scene.visitor('ada').click(`?to=edit-subscription${rest}`), 400)
        }
        expectNoCall(scene)
      },
    ),

    check('to-unknown', 'an unknown or doubled destination MUST get 400 without a call', async ({ open }) => {
      const scene = await open({ options: { destinations: { invoices: () => 'https://unused.example/' } } })
      const names = [
        'nope',
        'Invoices',
        '__proto__',
        'constructor',
        'toString',
        'hasOwnProperty',
        'valueOf',
        'https://evil.example',
      ]
      for (const name of names) {
        expectPage(await scene.visitor('ada').click(`?to=${encodeURIComponent(name)}&subscription_id=s`), 400)
      }
      expectPage(
        await scene.visitor('ada').click('?to=edit-subscription&to=edit-subscription&subscription_id=s'),
        400,
      )
      expectPage(await scene.visitor('ada').click('?to=invoices&to=edit-subscription&subscription_id=s'), 400)
      expectProblem(await scene.visitor('ada').click('?to=nope', { ...NAVIGATION, accept: '*/*' }), 400)
      const page = await scene.visitor('ada').click('?to=%3Cscript%3Ealert(1)%3C/script%3E')
      expectPage(page, 400)
      expect(scriptsOf(page.body)).toEqual([])
      expectNoCall(scene)
    }),

    check(
      'to-custom',
      "a destination of the host MUST get the framework's arguments, and its URL MUST be the forward_url",
      async ({ open }) => {
        const scene = await open({
          options: ({ portalUrl }, toHostCall) => ({
            destinations: {
              invoices: (...native: never[]) =>
                `${portalUrl}/portal/v2/billing_history?source=${toHostCall(...native).headers['x-host-user']}`,
            },
          }),
        })
        expectHandedOut(await scene.visitor('ada').click('?to=invoices'), scene)
        expect(newestSession(scene).customer_id).toBe('cust_ada')
        expect(scene.creates[0]?.params.forward_url).toBe(
          `${scene.emulator.portalUrl}/portal/v2/billing_history?source=ada`,
        )
        expectHandedOut(
          await scene.visitor('ada').click('?to=edit-subscription&subscription_id=sub_1'),
          scene,
        )
      },
    ),

    check(
      'to-custom-leaves',
      "a destination that leaves the portal's host MUST NOT be followed",
      async ({ open }) => {
        const leaving: ((portalUrl: string) => unknown)[] = [
          () => 'https://evil.example/',
          () => '//evil.example/',
          () => '/portal/v2/home',
          () => 'javascript:alert(1)',
          () => '',
          (portalUrl) => `${portalUrl}.evil.example/`,
          (portalUrl) => `${portalUrl}@evil.example/`,
          (portalUrl) => portalUrl.replace('127.0.0.1', 'evil.example'),
          (portalUrl) => portalUrl.replace('://', '://user:password@'),
          () => 'http://127.0.0.1:1/portal',
          (portalUrl) => portalUrl.replace('http:', 'ftp:'),
          () => '\\\\evil.example\\',
          () => undefined,
          () => null,
          () => 42,
        ]
        let out = leaving[0]
        const scene = await open({
          options: ({ portalUrl }) => ({ destinations: { out: () => out?.(portalUrl) } }),
        })
        for (out of leaving) {
          const answer = await scene.visitor('ada').click('?to=out')
          expect(answer.status, String(out(scene.emulator.portalUrl))).toBeGreaterThanOrEqual(400)
          expect(answer.headers.location).toBeUndefined()
        }
        expectNoCall(scene)
      },
    ),

    check(
      'to-custom-throws',
      "what a destination throws MUST reach the host's error handler, without a call",
      async ({ open }) => {
        const scene = await open({
          options: {
            destinations: {
              broken: () => {
                throw new RangeError('no invoices')
              },
            },
          },
        })
        expect(expectHostError(await scene.visitor('ada').click('?to=broken'))).toMatchObject({
          hostError: 'no invoices',
          name: 'RangeError',
        })
        expectNoCall(scene)
      },
    ),
  ],
}
