import { expect, test } from 'vitest'
import type { Emulator } from '../../src/index.js'
import { callApi, createForm, emulate, jsonOf, rejectionOf, sdkFor } from '../helpers.js'

function customersOf(emulator: Emulator) {
  return sdkFor(emulator).customer
}

test('the SDK makes, finds and lists customers, and each has a portal', async () => {
  const emulator = await emulate({ customers: [] })
  const customers = customersOf(emulator)
  const { customer } = await customers.create({
    id: 'cus_new',
    first_name: 'Émilie',
    email: 'emilie@example.com',
    locale: 'fr',
    billing_address: { city: 'Cirey' },
  })
  expect(customer).toMatchObject({ id: 'cus_new', first_name: 'Émilie', locale: 'fr', deleted: false })
  expect(Math.abs(customer.created_at - Date.now() / 1000)).toBeLessThan(60)
  const { customer: named } = await customers.create({ email: 'emilie@example.com' })
  expect(named.id).toMatch(/^cus_\w{16}$/)
  expect((await customers.retrieve('cus_new')).customer).toEqual(customer)
  const { list } = await customers.list({ email: { is: 'emilie@example.com' } })
  expect(list.map((entry) => entry.customer.id)).toEqual([named.id, 'cus_new'])
  expect((await customers.list({ id: { is: 'cus_new' } })).list).toHaveLength(1)
  await callApi(emulator, { form: createForm('cus_new') })
  const [session] = emulator.sessions()
  expect(session?.linked_customers.map((linked) => linked.customer_id)).toEqual(['cus_new', named.id])
  expect((await fetch(session?.access_url ?? '', { redirect: 'manual' })).status).toBe(302)
})

test('lists come in pages, newest first', async () => {
  const emulator = await emulate({ customers: Array.from({ length: 25 }, (_, at) => ({ id: `cus_${at}` })) })
  const customers = customersOf(emulator)
  const ids: string[] = []
  let offset: string | undefined
  do {
    const page = await customers.list({ limit: 10, ...(offset && { offset }) })
    ids.push(...page.list.map(({ customer }) => customer.id))
    offset = page.next_offset
  } while (offset)
  expect(ids).toEqual(Array.from({ length: 25 }, (_, at) => `cus_${24 - at}`))
})

test.each([
  [
    { id: 'cus_ada' },
    400,
    { api_error_code: 'duplicate_entry', error_code: 'param_not_unique', param: 'id' },
  ],
  [{ id: 'x'.repeat(51) }, 400, { param: 'id' }],
  [{ id: 'a\u0000b' }, 400, { param: 'id' }],
  [{ email: 'not an e-mail' }, 400, { api_error_code: 'param_wrong_value', param: 'email' }],
  [{ billing_address: { city: 'x'.repeat(51) } }, 400, { param: 'billing_address[city]' }],
  [{ billing_address: { email: 'x' } }, 400, { param: 'billing_address[email]' }],
])('refuses %j', async (input, status, facts) => {
  const emulator = await emulate()
  expect(await rejectionOf(customersOf(emulator).create(input))).toMatchObject({
    http_status_code: status,
    ...facts,
  })
})

test('refuses unknown ids and wrong pages; no password leaves', async () => {
  const emulator = await emulate()
  const customers = customersOf(emulator)
  expect(await rejectionOf(customers.retrieve('nobody'))).toMatchObject({
    http_status_code: 404,
    message: 'nobody not found',
  })
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'offset=x']) {
    const response = await callApi(emulator, { method: 'GET', path: `/customers?${query}` })
    expect([query, response.status]).toEqual([query, 400])
  }
  const all = await jsonOf(await callApi(emulator, { method: 'GET', path: '/customers' }))
  expect(JSON.stringify(all)).not.toMatch(/password|subscriptions/)
})

test('every customer of the site is as the description has it, also after a change in the portal', async () => {
  const emulator = await emulate()
  const customers = customersOf(emulator)
  const { list } = await customers.list({ limit: 100 })
  expect(list.map(({ customer }) => [customer.id, customer.payment_method?.gateway])).toContainEqual([
    'cus_ada',
    'chargebee',
  ])
  await callApi(emulator, { form: createForm() })
  const opened = await fetch(emulator.sessions()[0]?.access_url ?? '', { redirect: 'manual' })
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
  const send = (path: string, fields: Record<string, string>) =>
    fetch(`${emulator.portalUrl}/portal/v2/${path}`, {
      ...{ method: 'POST', headers: { cookie }, redirect: 'manual' },
      body: new URLSearchParams(fields),
    })
  await send('account_details/edit', { first_name: '', last_name: 'x'.repeat(999), phone: '1'.repeat(999) })
  await send('addresses/billing', { line1: 'x'.repeat(999), city: 'x'.repeat(999), zip: '1'.repeat(999) })
  await send('addresses/shipping', { city: 'Paris' })
  await send('payment_methods/add', { last4: '1881' })
  const { customer } = await customers.retrieve('cus_ada')
  expect(customer).toMatchObject({ last_name: 'x'.repeat(150), billing_address: { zip: '1'.repeat(20) } })
  expect(customer).not.toHaveProperty('first_name')
})

test('a customer with a blank e-mail address has none in a session either', async () => {
  const emulator = await emulate({ customers: [{ id: 'cus_blank', email: '' }] })
  const { portal_session } = await sdkFor(emulator).portalSession.create({ customer: { id: 'cus_blank' } })
  expect(portal_session.linked_customers?.map((linked) => Object.keys(linked))).not.toContainEqual(
    expect.arrayContaining(['email']),
  )
  expect((await customersOf(emulator).retrieve('cus_blank')).customer).not.toHaveProperty('email')
})
