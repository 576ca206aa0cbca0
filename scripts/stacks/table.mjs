/** @typedef {import('./visitor.mjs').Visitor} Visitor */

/**
 * @typedef {object} Stack
 * @property {string} name its folder in examples/stacks
 * @property {string[]} packages ours that it has besides core
 * @property {{ script: string, port: string, address: string }} [also] what runs beside it: a script of its package.json,
 *   and the variables for its port and address
 * @property {(visitor: Visitor) => unknown} [signIn] on the page that the link has led to
 * @property {(visitor: Visitor) => unknown} [signOut] on the start page
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
    name: 'authjs',
    packages: ['express'],
    signIn: (visitor) => visitor.submit('Sign in with Credentials', ada),
    async signOut(visitor) {
      await visitor.click('Sign out')
      await visitor.submit('Sign out')
    },
  },
]
