import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectHandedOut,
  expectHostError,
  expectNoCall,
  expectRefusal,
  newestSession,
} from '../kit/check.js'
import { NAVIGATION, OLD_BROWSER, SCRIPT } from '../kit/visitor.js'

/** Where a request could try to name another customer than the host does. */
const CARRIERS = [
  'customer',
  'customer_id',
  'customerId',
  'customer[id]',
  'customer.id',
  'id',
  'user',
  'billingId',
  '__proto__[customerId]',
  '__proto__.customer_id',
  'constructor[prototype][customerId]',
  'constructor.prototype.customer_id',
]
const QUERY = `?${CARRIERS.map((name) => `${encodeURIComponent(name)}=cust_grace`).join('&')}`

const NAMES =
  '"customer":{"id":"cust_grace"},"customer_id":"cust_grace","customerId":"cust_grace","id":"cust_grace"'

/** The second one is what good parsers refuse; here the host lets it through, parsed or not. */
const JSON_BODIES = [
  `{${NAMES}}`,
  `{${NAMES},"__proto__":{${NAMES},"getCustomerId":"cust_grace"},"constructor":{"prototype":{${NAMES}}}}`,
]

const HEADERS = {
  'x-customer-id': 'cust_grace',
  'customer-id': 'cust_grace',
  'x-user-id': 'cust_grace',
  'x-forwarded-user': 'cust_grace',
  'chargebee-request-origin-user': 'cust_grace',
  'chargebee-business-entity-id': 'cust_grace',
  'chargebee-idempotency-key': 'cust_grace',
  authorization: `Basic ${btoa('cust_grace:')}`,
  cookie:
    'customer_id=cust_grace; customerId=cust_grace; __proto__=cust_grace; psso=cust_grace; psso.id=cust_grace',
}

const BAD_IDS: readonly (readonly [string, unknown])[] = [
  ['a number', 42],
  ['zero', 0],
  ['true', true],
  ['false', false],
  ['an array', ['cust_ada']],
  ['an object', { id: 'cust_ada' }],
  ['a String object', new String('cust_ada')],
  ['a function', () => 'cust_ada'],
  ['a symbol', Symbol('cust_ada')],
  ['another NO_CUSTOMER', Symbol.for('NO_CUSTOMER')],
  ['51 characters', 'c'.repeat(51)],
  ['a space', 'cust ada'],
  ['a space alone', ' '],
  ['a trailing line break', 'cust_ada\n'],
  ['a control character', 'cust_ada\u0000'],
  ['delete', 'cust_ada\u007f'],
  ['an umlaut', 'cust_\u00e4da'],
  ['a full-width letter', 'cust_\uff41da'],
]

/** CONTRACT section 4, step 3, and promise 4: the customer comes only from `getCustomerId`. */
export const identity: CheckGroup = {
  title: 'the customer comes from the host alone',
  checks: [
    check('identity-query', 'the query MUST NOT choose the customer', async ({ open }) => {
      const scene = await open()
      expectHandedOut(await scene.visitor('ada').click(QUERY), scene)
      expect((await scene.visitor('ada').fetchSession(QUERY)).status).toBe(200)
      expect(scene.sessions.map(({ customer_id }) => customer_id)).toEqual(['cust_ada', 'cust_ada'])
      expectRefusal(await scene.visitor().click(QUERY), 401)
      expect(scene.creates).toHaveLength(2)
    }),

    check('identity-body', 'a body, JSON or form, MUST NOT choose the customer', async ({ open }) => {
      const scene = await open()
      const bodies = [
        ...JSON_BODIES.map((body) => ['application/json', body] as const),
        ['application/x-www-form-urlencoded', QUERY.slice(1)],
        ['text/plain', JSON_BODIES.join()],
      ] as const
      for (const [type, body] of bodies) {
        const headers = { ...SCRIPT, 'content-type': type }
        expect((await scene.visitor('ada').fetchSession('', headers, body)).status).toBe(200)
        expectRefusal(await scene.visitor().fetchSession('', headers, body), 401)
        const get = { ...NAVIGATION, 'content-type': type }
        expectHandedOut(
          await scene.visitor('ada').request('GET', scene.path('/portal_link'), get, body),
          scene,
        )
      }
      expect(new Set(scene.sessions.map(({ customer_id }) => customer_id))).toEqual(new Set(['cust_ada']))
      expect(scene.creates).toHaveLength(2 * bodies.length)
    }),

    check('identity-headers', 'headers and cookies MUST NOT choose the customer', async ({ open }) => {
      const scene = await open()
      expectHandedOut(await scene.visitor('ada').click('', { ...NAVIGATION, ...HEADERS }), scene)
      expect(newestSession(scene).customer_id).toBe('cust_ada')
      for (const [name, value] of Object.entries(scene.creates[0]?.headers ?? {})) {
        expect(String(value), name).not.toContain('cust_grace')
      }
      expectRefusal(await scene.visitor().click('', { ...NAVIGATION, ...HEADERS }), 401)
      expect(scene.creates).toHaveLength(1)
    }),

    check(
      'identity-bad-id',
      "anything but 1 to 50 visible ASCII characters MUST go to the host's error handler, without a call",
      async ({ open }) => {
        let id: unknown
        const scene = await open({
          getCustomerId: () => id,
          options: { loginUrl: '/login', noCustomerUrl: '/pricing' },
        })
        for (const [what, bad] of BAD_IDS) {
          id = bad
          expect(expectHostError(await scene.visitor().click()).hostError, what).toEqual(expect.any(String))
          expectHostError(await scene.visitor().fetchSession())
        }
        expectNoCall(scene)
      },
    ),

    check(
      'identity-good-id',
      'visible ASCII of 1 to 50 characters MUST reach Chargebee as it is',
      async ({ open }) => {
        for (const id of [
          'c',
          'C'.repeat(50),
          '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
          '../customers',
          'a&customer[id]=b',
        ]) {
          const scene = await open({ getCustomerId: () => id })
          await scene.visitor().click()
          expect(scene.creates.map(({ params }) => params['customer[id]'])).toEqual([id])
        }
      },
    ),

    check('identity-nobody', "null, undefined and '' MUST mean not signed in", async ({ open }) => {
      let answer: () => unknown = () => null
      const scene = await open({ getCustomerId: () => answer() })
      for (const nobody of [null, undefined, '']) {
        for (const way of [() => nobody, async () => nobody]) {
          answer = way
          expectRefusal(await scene.visitor().click(), 401)
          expectRefusal(await scene.visitor().fetchSession(), 401)
        }
      }
      expectNoCall(scene)
    }),

    check(
      'identity-at-once',
      'clicks at the same time MUST each get their own customer and session',
      async ({ open }) => {
        const scene = await open({
          getCustomerId: async ({ headers }) => {
            await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
            return `cust_${headers['x-host-user']}`
          },
        })
        const users = Array.from({ length: 20 }, (_, index) => (index % 3 === 0 ? 'ada' : 'grace'))
        const answers = await Promise.all(users.map((user) => scene.visitor(user).click()))
        const customers = answers.map(
          ({ headers }) =>
            scene.sessions.find(({ access_url }) => access_url === headers.location)?.customer_id,
        )
        expect(customers).toEqual(users.map((user) => `cust_${user}`))
        expect(new Set(answers.map(({ headers }) => headers.location)).size).toBe(users.length)
      },
    ),

    check('identity-promise', 'getCustomerId MUST be awaited', async ({ open }) => {
      const scene = await open({
        getCustomerId: async () => {
          await new Promise((resolve) => setTimeout(resolve, 5))
          return 'cust_grace'
        },
      })
      expectHandedOut(await scene.visitor().click('', OLD_BROWSER), scene)
      expect(newestSession(scene).customer_id).toBe('cust_grace')
      expect(scene.asked).toBe(1)
    }),
  ],
}
