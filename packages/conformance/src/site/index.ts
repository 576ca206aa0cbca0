import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { StartHost } from '../kit/host.js'
import { json } from '../kit/http.js'
import { BASE_URL } from '../kit/scene.js'
import { NAVIGATION, Visitor } from '../kit/visitor.js'

/** A Chargebee site for tests. The checks open portal sessions of one customer there, and end them. */
export interface TestSite {
  readonly site: string
  /** A full-access key of that site. */
  readonly apiKey: string
  /** The id of a customer who is there. */
  readonly customerId: string
  /** Where the site's own addresses are others than Chargebee's usual ones. */
  readonly apiUrl?: string
  readonly portalUrl?: string
}

/**
 * What an adapter and Chargebee itself do together: the part of the suite that needs no faults, on a real site. Declares
 * one Vitest suite.
 *
 * @param name what is under test, say `Express 5, on a real site`
 * @param startHost as for `describePortal()`
 * @param site a site for tests; with the addresses of the emulator, that
 */
export function describeSite(name: string, startHost: StartHost, site: TestSite): void {
  const apiUrl = site.apiUrl ?? `https://${site.site}.chargebee.com`
  const portalUrl = site.portalUrl ?? `https://${site.site}.chargebeeportal.com`

  async function call(method: 'GET' | 'POST', path: string): Promise<Record<string, unknown>> {
    const response = await fetch(`${apiUrl}/api/v2/portal_sessions/${path}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from(`${site.apiKey}:`).toString('base64')}` },
    })
    const { portal_session } = (await response.json()) as { portal_session: Record<string, unknown> }
    return portal_session
  }

  interface Given {
    readonly customerId?: string
    readonly apiKey?: string
  }

  async function open(after: (clean: () => Promise<void>) => void, given: Given = {}) {
    const { customerId, apiKey } = { ...site, ...given }
    const host = await startHost({
      options: () => ({ site: site.site, apiKey, apiUrl, portalUrl, baseUrl: BASE_URL, onEvent: false }),
      getCustomerId: () => customerId,
    })
    const visitor = new Visitor({ host, path: (route) => host.mountPath + route }, undefined)
    after(async () => {
      await visitor.host('POST', '/host/sign-out')
      await host.close()
    })
    const sessions = async (): Promise<Record<string, unknown>[]> =>
      JSON.parse((await visitor.host('GET', '/host/sessions')).body)
    return { visitor, sessions }
  }

  describe(name, () => {
    it('site-click: a click MUST lead to the portal of the customer', async ({ onTestFinished }) => {
      const { visitor, sessions } = await open(onTestFinished)
      const { status, headers, body } = await visitor.click()
      expect(status, body).toBe(303)
      expect([new URL(portalUrl).host, new URL(apiUrl).host]).toContain(
        new URL(String(headers.location)).host,
      )
      expect(await sessions()).toMatchObject([
        {
          customer_id: site.customerId,
          status: 'created',
          redirect_url: expect.stringContaining('/portal_return'),
        },
      ])
      const portal = await fetch(String(headers.location), {
        headers: { accept: NAVIGATION.accept },
        redirect: 'manual',
      })
      expect(portal.status, 'the portal opens').toBeLessThan(400)
    })

    it('site-clicks: each click MUST open a session of its own', async ({ onTestFinished }) => {
      const { visitor, sessions } = await open(onTestFinished)
      const locations = [await visitor.click(), await visitor.click()].map(({ headers }) => headers.location)
      expect(new Set(locations).size).toBe(2)
      expect(new Set((await sessions()).map(({ id }) => id)).size).toBe(2)
    })

    it('site-logout: a sign-out MUST end the session at Chargebee', async ({ onTestFinished }) => {
      const { visitor, sessions } = await open(onTestFinished)
      await visitor.click()
      const [session] = await sessions()
      expect(json(await visitor.host('POST', '/host/sign-out'))).toEqual({ ended: 1, pending: 0 })
      expect(await call('GET', String(session?.id))).toMatchObject({ status: 'logged_out' })
      expect(await sessions()).toEqual([])
    })

    it('site-over: what was ended elsewhere MUST not stay pending', async ({ onTestFinished }) => {
      const { visitor, sessions } = await open(onTestFinished)
      await visitor.click()
      const [session] = await sessions()
      await call('POST', `${session?.id}/logout`)
      expect(json(await visitor.host('POST', '/host/sign-out'))).toMatchObject({ pending: 0 })
    })

    it('site-customer: an id that the site does not know MUST be told apart', async ({ onTestFinished }) => {
      const customerId = `nobody-${randomBytes(8).toString('hex')}`
      const { visitor } = await open(onTestFinished, { customerId })
      expect(json(await visitor.fetchSession())).toMatchObject({ code: 'customer_unknown' })
    })

    it('site-key: a wrong key MUST be refused with 502', async ({ onTestFinished }) => {
      const { visitor } = await open(onTestFinished, {
        apiKey: `test_${randomBytes(16).toString('hex')}`,
      })
      const answer = await visitor.fetchSession()
      expect(answer.status, answer.body).toBe(502)
    })
  })
}
