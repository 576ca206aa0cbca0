import { expect, test } from 'vitest'
import type { Emulator, EmulatorOptions } from '../../src/index.js'
import { emulate } from '../helpers.js'
import {
  attribute,
  CANCEL_URL,
  follow,
  links,
  openLogin,
  RETURN_URL,
  type Shown,
  show,
  submit,
} from '../login-helpers.js'

const GRACE = { email: 'grace@example.com', password: 'portal' }
const CHOOSE = '/portal/choose_account'

/** Signed in with an e-mail address of several customers: the page that asks which. */
async function chooserFor(fields: Record<string, string> = GRACE, options?: EmulatorOptions) {
  const emulator = await emulate(options)
  const signedIn = await submit(emulator, await openLogin(emulator), '/portal/login', fields)
  return { emulator, signedIn, chooser: await follow(emulator, signedIn) }
}

const choose = (emulator: Emulator, chooser: Shown, customerId: string) =>
  submit(emulator, chooser, CHOOSE, { customer_id: customerId })

test('the browser is sent to a page that asks which; the answer is good for one time', async () => {
  const { emulator, signedIn, chooser } = await chooserFor()
  // By GET: otherwise the browser's Back asks whether to send the password once more.
  expect([signedIn.status, signedIn.text, chooser.status]).toEqual([302, '', 200])
  expect(signedIn.location).not.toContain('password')
  expect(chooser.text).toContain('<h1>Choose an account</h1>')
  expect(links(chooser)).toEqual([CANCEL_URL])
  expect(chooser.text).not.toMatch(/password|>portal<|"portal"/)
  const buttons = chooser.text.match(/<button name="customer_id"[^>]*>/g) ?? []
  expect(buttons.map((tag) => attribute(tag, 'value'))).toEqual(['cus_grace', 'cus_grace_labs'])
  expect(emulator.sessions()).toEqual([])

  const done = await choose(emulator, chooser, 'cus_grace_labs')
  expect(new URL(done.location ?? expect.fail()).pathname).toBe(new URL(RETURN_URL).pathname)
  expect(emulator.sessions()).toMatchObject([
    {
      customer_id: 'cus_grace_labs',
      status: 'not_yet_activated',
      linked_customers: [{ customer_id: 'cus_grace_labs' }, { customer_id: 'cus_grace' }],
    },
  ])
  const again = await choose(emulator, chooser, 'cus_grace_labs')
  expect([again.status, emulator.sessions().length]).toEqual([401, 1])
})

test('reloading the page uses nothing up; going back to it after the choice begins the login again', async () => {
  const { emulator, signedIn, chooser } = await chooserFor()
  const reloaded = await follow(emulator, signedIn)
  expect(reloaded.text).toBe(chooser.text)
  expect((await choose(emulator, reloaded, 'cus_grace')).status).toBe(302)
  const back = await follow(emulator, signedIn)
  expect(back.status).toBe(302)
  const login = await follow(emulator, back)
  const fields = login.text.match(/<input [^>]*>/g) ?? []
  const value = (name: string) =>
    fields.map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')]).find(([is]) => is === name)?.[1]
  expect([value('return_url'), value('cancel_url'), value('email')]).toEqual([
    RETURN_URL,
    CANCEL_URL,
    GRACE.email,
  ])
})

test('the page leads to allowed addresses only, whatever is in its own', async () => {
  const { emulator, signedIn } = await chooserFor()
  const ticket = new URL(signedIn.location ?? '', emulator.portalUrl).searchParams.get('ticket') ?? ''
  const at = (query: Record<string, string>) =>
    show(`${emulator.portalUrl}${CHOOSE}?${new URLSearchParams(query)}`)
  expect((await at({ ticket, return_url: 'https://evil.example/' })).status).toBe(400)
  expect((await at({ ticket: 'unknown', return_url: 'https://evil.example/' })).status).toBe(400)
  expect((await at({ ticket: 'unknown' })).location).toBe('/portal/login?')
  // What the login was begun for decides, not what the address says now.
  const other = await at({ ticket, return_url: 'http://localhost:8080/other' })
  const fields = { customer_id: 'cus_grace', return_url: 'https://evil.example/' }
  const done = await submit(emulator, other, CHOOSE, fields)
  expect(done.location).toMatch(`${RETURN_URL}?`)
})

test('it offers only customers whose password it is, and takes no other', async () => {
  const options = {
    customers: [
      { id: 'a', email: 'x@example.com', password: 'same' },
      { id: 'b', email: 'X@example.com', password: 'same' },
      { id: 'c', email: 'x@example.com', password: 'other' },
    ],
  }
  const { emulator, chooser } = await chooserFor({ email: 'x@example.com', password: 'same' }, options)
  const refused = await choose(emulator, chooser, 'c')
  expect([refused.status, emulator.sessions()]).toEqual([401, []])
  const other = { email: 'x@example.com', password: 'other' }
  const single = await submit(emulator, await openLogin(emulator), '/portal/login', other)
  expect(single.location).toMatch(`${RETURN_URL}?`)
  expect(emulator.sessions()).toMatchObject([{ customer_id: 'c' }])
})

test('there are ten minutes to choose', async () => {
  const { emulator, chooser: inTime } = await chooserFor()
  const signedIn = await submit(emulator, await openLogin(emulator), '/portal/login', GRACE)
  const late = await follow(emulator, signedIn)
  emulator.advance(590_000)
  expect((await choose(emulator, inTime, 'cus_grace')).status).toBe(302)
  emulator.advance(10_000)
  expect((await choose(emulator, late, 'cus_grace')).status).toBe(401)
  expect((await follow(emulator, signedIn)).location).toMatch('/portal/login?')
})
