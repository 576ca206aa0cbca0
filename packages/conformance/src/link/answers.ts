import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectPage,
  expectPrivate,
  expectProblem,
  rememberedBy,
} from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import type { Scene } from '../kit/scene.js'

type Doubt = Readonly<Record<string, unknown>>

/** CONTRACT: `GET /portal_link`, step 7: what Chargebee answered is checked before anybody is let in. */
export const answers: CheckGroup = {
  title: "what is doubtful about Chargebee's answer",
  checks: [
    check(
      'answer-doubt',
      'a session with another customer, status or address than asked for MUST be ended, and the customer get 502',
      async ({ open }) => {
        const doubts: Doubt[] = [
          { customer_id: 'cust_grace' },
          { customer_id: 'CUST_ADA' },
          { customer_id: undefined },
          { customer_id: ['cust_ada'] },
          { status: 'logged_in' },
          { status: 'logged_out' },
          { status: 'activated' },
          { status: undefined },
          { access_url: undefined },
          { access_url: '' },
          { access_url: '/portal/access/token' },
          { access_url: 'javascript:alert(1)' },
          { access_url: 'https://evil.example/portal/access/token' },
          { access_url: '//evil.example/portal/access/token' },
          { access_url: 'https://SITE.chargebeeportal.com\\portal\\access' },
          { access_url: 'https:\\\\SITE.chargebeeportal.com/portal/access' },
          { access_url: 'https://SITE.chargebeeportal.com.evil.example/portal/access/token' },
          { access_url: 'https://SITE.chargebeeportal.com@evil.example/portal/access/token' },
          { access_url: 'https://evil.example\\@SITE.chargebeeportal.com/portal/access/token' },
          { access_url: 'https://evil-SITE.chargebeeportal.com/portal/access/token' },
          { access_url: 'https://other.chargebeeportal.com/portal/access/token' },
          { access_url: 'http://SITE.chargebeeportal.com/portal/access/token' },
          { access_url: 'ftp://SITE.chargebeeportal.com/portal/access/token' },
          { access_url: 'https://SITE.chargebeeportal.com/a\r\nSet-Cookie: a=b' },
          { access_url: ['https://SITE.chargebeeportal.com/portal/access/token'] },
        ]
        const scene = await open({ options: { rateLimit: false } })
        for (const [index, doubt] of doubts.entries()) {
          const { id, mend } = answerWith(scene, { id: `portal_doubt_${index}`, ...doubt })
          const answer = await scene.visitor('ada').click()
          expectPage(answer, 502)
          expect(
            scene.logouts.map(({ path }) => path),
            JSON.stringify(doubt),
          ).toContain(`/api/v2/portal_sessions/${id}/logout`)
          expect(JSON.stringify([answer.headers, answer.body])).not.toContain('evil.example')
          mend()
        }
      },
    ),

    check(
      'answer-doubt-real',
      'a real session that is doubtful MUST be over at Chargebee afterwards',
      async ({ open }) => {
        // The emulator's access URL is on a host that this middleware was not told about.
        const scene = await open({
          options: ({ apiUrl }) => ({
            apiUrl: apiUrl.replace('127.0.0.1', 'localhost'),
            portalUrl: 'https://portal.example',
          }),
        })
        expectPage(await scene.visitor('ada').click(), 502)
        expect(scene.sessions.map(({ status }) => status)).toEqual(['logged_out'])
      },
    ),

    check(
      'answer-id',
      'an id that could reach another path MUST be 502 and never be in a URL',
      async ({ open }) => {
        const ids = [
          '../customers',
          '..',
          '',
          'a/b',
          'a?b',
          'a%2Fb',
          'a b',
          'x'.repeat(71),
          'caf\u00e9',
          42,
          null,
          undefined,
        ]
        // One for each, all at once: such an answer may be tried again after a wait.
        await Promise.all(
          ids.map(async (id) => {
            const scene = await open()
            answerWith(scene, { id })
            const ada = scene.visitor('ada')
            expectPage(await ada.click(), 502)
            // Nor may what nobody can end keep anybody from signing out.
            expectLoggedOut(await ada.logout(), 0)
            const others = scene.emulator.calls().filter(({ operation }) => operation !== 'create')
            expect(others.map(({ path }) => path)).toEqual([])
          }),
        )
      },
    ),

    check(
      'answer-unlisted-host',
      'an unlisted host MUST be reported with the portalHosts line that would allow it',
      async ({ open }) => {
        const scene = await open()
        answerWith(scene, { access_url: 'https://billing.shop.example/portal/access/token' })
        expectPage(await scene.visitor('ada').click(), 502)
        const reports = scene.events
          .map((event) => JSON.stringify(event))
          .filter((text) => text.includes('portalHosts'))
        expect(reports.join()).toContain('billing.shop.example')
        expect(JSON.stringify(scene.events)).not.toContain('/portal/access/token')
      },
    ),

    check(
      'answer-listed-host',
      'portalHosts, and always the two hosts of the site, MUST be let through over https',
      async ({ open }) => {
        const hosts = ['billing.shop.example', 'SITE.chargebee.com', 'SITE.chargebeeportal.com']
        const scene = await open({ options: { portalHosts: ['billing.shop.example'] } })
        for (const host of hosts) {
          const address = `https://${host.replace('SITE', scene.emulator.site)}/portal/access/token`
          const { mend } = answerWith(scene, { access_url: address })
          const answer = await scene.visitor('ada').click()
          expect(answer.status, answer.body).toBe(303)
          expect(answer.headers.location).toBe(address)
          expectPrivate(answer)
          expect(rememberedBy(answer)).toHaveLength(1)
          mend()
        }
      },
    ),

    check(
      'answer-address-checked',
      'the address that leaves MUST be the one that was checked, as the URL parser reads it, as redirect and as JSON',
      async ({ open }) => {
        const scene = await open()
        const raw = 'https://SITE.ChargebeePortal.com:443/a/../portal/./access/"token"'
        const expected = `https://${scene.emulator.site}.chargebeeportal.com/portal/access/%22token%22`
        answerWith(scene, { access_url: raw })
        expect((await scene.visitor('ada').click()).headers.location).toBe(expected)
        const { body } = await scene.visitor('ada').fetchSession()
        expect(JSON.parse(body)).toMatchObject({ access_url: expected })
      },
    ),

    check('answer-size', 'more than 64 KB MUST be 502, whatever it says', async ({ open }) => {
      const scene = await open()
      const { mend } = answerWith(scene, { linked_customers: [{ customer_id: 'x'.repeat(70_000) }] })
      expectPage(await scene.visitor('ada').click(), 502)
      mend()
      answerWith(scene, { linked_customers: [{ customer_id: 'x'.repeat(50_000) }] })
      expect((await scene.visitor('ada').click()).status).toBe(303)
    }),

    check(
      'answer-unwritable',
      'a session that can not be written as JSON MUST be ended before it is handed out, and the answer be 502',
      async ({ open }) => {
        const scene = await open()
        // Parsed without recursion, and written with it.
        const deep = '['.repeat(20_000) + ']'.repeat(20_000)
        const { id } = answerWith(scene, { linked_customers: 'DEEP' }, (body) => body.replace('"DEEP"', deep))
        const ada = scene.visitor('ada')
        expectProblem(await ada.fetchSession(), 502)
        expectPage(await ada.click(), 502)
        expect(scene.logouts.map(({ path }) => path)).toContain(`/api/v2/portal_sessions/${id}/logout`)
        expectLoggedOut(await ada.logout(), 0)
      },
    ),

    check('answer-long-id', 'an id of 70 characters MUST be remembered and ended', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      const { id } = answerWith(scene, { id: `a-Z_9${'x'.repeat(65)}` })
      expect((await ada.click()).status).toBe(303)
      await ada.logout()
      expect(scene.logouts.map(({ path }) => path)).toEqual([`/api/v2/portal_sessions/${id}/logout`])
    }),
  ],
}

/** Lets Chargebee answer creates, until mended, with a session that is right but for the doubt. */
function answerWith(
  scene: Scene,
  doubt: Doubt,
  change = (body: string) => body,
): { id: unknown; mend: () => void } {
  const { site, portalUrl } = scene.emulator
  const now = Math.floor(Date.now() / 1000)
  const session = {
    id: 'portal___test__doubtful',
    token: '__test__doubtful',
    access_url: `${portalUrl}/portal/access/__test__doubtful`,
    status: 'created',
    created_at: now,
    expires_at: now + 3600,
    object: 'portal_session',
    customer_id: 'cust_ada',
    linked_customers: [],
    ...doubt,
  }
  const body = change(JSON.stringify({ portal_session: session }).replaceAll('SITE', site))
  const mend = scene.emulator.fail({
    operation: 'create',
    times: ALWAYS,
    status: 200,
    body,
  })
  return { id: session.id, mend }
}
