import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { startEmulator } from '@portal-sso/emulator'

const emulator = await startEmulator()
beforeEach(() => emulator.reset())
after(() => emulator.close())

test('the API knows Ada', async () => {
  const answer = await fetch(`${emulator.apiUrl}/api/v2/customers/cus_ada`, {
    headers: { authorization: `Basic ${btoa(`${emulator.apiKey}:`)}` },
  })
  assert.equal((await answer.json()).customer.first_name, 'Ada')
  assert.equal(emulator.calls()[0].operation, 'retrieve_customer')
})
