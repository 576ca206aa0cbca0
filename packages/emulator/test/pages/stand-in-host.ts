import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Emulator } from '../../src/index.js'
import type { Page } from '../browser.js'
import { callApi, createForm, jsonOf } from '../helpers.js'

/** A host's page with a button, which makes portal sessions at `POST /portal_session`. */
export async function host(emulator: Emulator, script: string): Promise<{ origin: string }> {
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      const answer = await jsonOf(await callApi(emulator, { form: createForm() }))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer.portal_session))
      return
    }
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><html lang="en"><title>Host</title><h1>Host</h1>
<button data-cb-type="portal">Manage billing</button><script src="${script}" data-cb-site="acme-test"></script>
<script>
  const seen = []
  const tell = (name) => (what) => seen.push([name, what])
  addEventListener('DOMContentLoaded', () => {
    const cb = Chargebee.getInstance()
    cb.setPortalSession(() => fetch('/', { method: 'POST' }).then((answer) => answer.json()))
    cb.setPortalCallbacks(Object.fromEntries(['loaded', 'close', 'visit', 'paymentSourceAdd', 'paymentSourceUpdate',
      'paymentSourceRemove', 'subscriptionChanged', 'subscriptionCustomFieldsChanged', 'subscriptionCancelled',
      'subscriptionResumed', 'subscriptionPaused', 'subscriptionExtended', 'subscriptionReactivated',
      'scheduledPauseRemoved', 'scheduledCancellationRemoved'].map((name) => [name, tell(name)])))
  })
</script>`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}` }
}

export const seenBy = (page: Page) => page.evaluate('seen') as Promise<[string, unknown][]>
export const portalOf = (page: Page) => page.frameLocator('iframe[title="Customer portal"]')
