import { CheckError } from '../lib/report.mjs'

/** @typedef {import('./visitor.mjs').Visitor} Visitor */

/**
 * @typedef {object} Visit
 * @property {Visitor} visitor
 * @property {string} home where its pages are
 * @property {any[]} emulators
 * @property {(text: string) => Promise<void>} expectPage a page of the stack that says this
 * @property {(name: string, emulator?: any) => Promise<void>} expectPortalOf the portal, for a customer of that name
 * @property {(...statuses: string[]) => Promise<void>} expectSessions of all emulators, the oldest first
 */

/**
 * @typedef {object} Stack
 * @property {string} name its folder in examples/stacks
 * @property {string[]} packages ours that it has besides core
 * @property {{ script?: string, port: string, address: string }} [also] what listens beside it, and the variables for its
 *   port and address: a script of its package.json, or without one the origin of its pages
 * @property {boolean} [secondSite] a second Chargebee, in variables that begin with `EU_`
 * @property {boolean} [hasScripts] its pages need a real browser
 * @property {(visitor: Visitor) => unknown} [signIn] on the page that the link has led to
 * @property {(visit: Visit) => unknown} [openPortal] where it is not the link first and then the sign-in
 * @property {(visitor: Visitor) => unknown} [signOut] on the start page
 * @property {{ title: string, run: (visit: Visit) => Promise<void> }} [extra] what only this stack has, signed out
 * @property {string} [endsWith] the signal that ends it, where that is how the framework does it
 */

export const ada = { email: 'ada@example.com', password: 'portal' }

/** @type {readonly Stack[]} */
export const stacks = [
  { name: 'express-session', packages: ['express'] },
  { name: 'passport', packages: ['express'] },
  { name: 'koa-session', packages: ['koa'] },
  {
    name: 'express-openid-connect',
    packages: ['express'],
    also: { script: 'provider', port: 'PROVIDER_PORT', address: 'ISSUER_BASE_URL' },
    async signIn(visitor) {
      await visitor.submit('Sign-in', { login: 'ada', password: 'any' })
      await visitor.submit('Continue')
    },
    async signOut(visitor) {
      await visitor.submit('Sign out')
      await visitor.submit('Yes, sign me out')
    },
  },
  {
    name: 'better-auth',
    packages: ['express'],
    hasScripts: true,
    signIn: (visitor) => visitor.submit('Sign in', { ...ada, password: 'portal-portal' }),
    extra: {
      title: 'a browser that names a customer when it signs up gets none',
      async run({ visitor, home, emulators }) {
        const user = { name: 'Eve', email: 'eve@example.com', password: 'portal-portal' }
        const signUp = (/** @type {object} */ more) =>
          visitor.fetch('/api/auth/sign-up/email', { method: 'POST', json: { ...user, ...more } })
        const before = emulators[0].sessions().length
        if ((await signUp({ billingId: 'cus_ada' })).status === 200)
          await visitor.visit(`${home}/portal_link`)
        const after = emulators[0].sessions().length
        if (after !== before) throw new CheckError("Eve has opened Ada's portal")
        // Nothing else kept her from it.
        const { status, body } = await signUp({})
        if (status !== 200) throw new CheckError(`a plain sign-up is answered ${status}: ${body}`)
      },
    },
  },
  {
    name: 'authjs',
    packages: ['express'],
    signIn: (visitor) => visitor.submit('Sign in with Credentials', ada),
    async signOut(visitor) {
      await visitor.click('Sign out')
      await visitor.submit('Sign out')
    },
  },
  {
    name: 'jwt-spa',
    packages: ['express'],
    also: { port: 'PAGE_PORT', address: 'PAGE_URL' },
    hasScripts: true,
    async openPortal({ visitor, home }) {
      await visitor.visit(home)
      await visitor.submit('Sign in', ada)
      await visitor.submit('Manage billing')
    },
  },
  { name: 'nest', packages: ['express'], endsWith: 'SIGTERM' },
  { name: 'next', packages: ['express'], hasScripts: true },
  {
    name: 'several-customers',
    packages: ['express'],
    async signIn(visitor) {
      await visitor.submit('Sign in', ada)
      await visitor.submit('Billing of cus_ada')
    },
    extra: {
      title: 'another account ends the first, and one of others opens nothing',
      async run({ visitor, home, expectPortalOf, expectSessions }) {
        await visitor.visit(`${home}/portal_link`)
        await visitor.submit('Sign in', ada)
        await visitor.submit('Billing of cus_ada')
        await visitor.visit(`${home}/accounts`)
        await visitor.submit('Billing of cus_grace')
        await expectPortalOf('Grace Hopper')
        await expectSessions('logged_out', 'logged_out', 'logged_out', 'logged_in')
        await visitor.visit(`${home}/accounts`)
        await visitor.submit('Billing of cus_grace', { customer: 'cus_alan' })
        const { status } = await visitor.read()
        if (status !== 403) throw new CheckError(`an account of others is answered ${status}`)
        await expectSessions('logged_out', 'logged_out', 'logged_out', 'logged_in')
      },
    },
  },
  {
    name: 'several-sites',
    packages: ['express'],
    secondSite: true,
    async openPortal({ visitor, home }) {
      await visitor.visit(`${home}/us/portal_link`)
      await visitor.submit('Sign in', ada)
    },
    extra: {
      title: 'one sign-out ends what both sites have open',
      async run({ visitor, home, emulators, expectPage, expectPortalOf, expectSessions }) {
        await visitor.visit(`${home}/eu/portal_link`)
        await visitor.submit('Sign in', ada)
        await expectPortalOf('Ada Lovelace', emulators[1])
        await visitor.visit(home)
        await visitor.click('Billing US')
        await expectPortalOf('Ada Lovelace')
        await expectSessions('logged_out', 'logged_out', 'logged_in', 'logged_in')
        await visitor.visit(home)
        await visitor.submit('Sign out')
        await expectPage('Sign in')
        await expectSessions('logged_out', 'logged_out', 'logged_out', 'logged_out')
      },
    },
  },
]
