import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectPrivate,
  expectProblem,
  expectRefusal,
  expectVary,
} from '../kit/check.js'
import { type Headers, OLD_BROWSER } from '../kit/visitor.js'

/** CONTRACT section 4: where a POST may come from. */
export const origin: CheckGroup = {
  title: 'a POST takes a page of the same origin',
  checks: [
    check(
      'guard-session-origin',
      'POST /portal_session MUST be refused with 403 unless Sec-Fetch-Site, or without it Origin, says same origin',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example' } })
        for (const headers of sameOrigin('https://shop.example')) {
          expect((await scene.visitor('ada').fetchSession('', headers)).status, JSON.stringify(headers)).toBe(
            200,
          )
        }
        const made = scene.creates.length
        for (const headers of [...otherOrigin('https://shop.example'), {}]) {
          expectProblem(await scene.visitor('ada').fetchSession('', headers), 403)
        }
        expect(scene.creates).toHaveLength(made)
      },
    ),

    check(
      'guard-logout-origin',
      'POST /portal_logout MUST be refused with 403 unless same origin, and pass with neither header',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example' } })
        const ada = scene.visitor('ada')
        await ada.click()
        for (const headers of otherOrigin('https://shop.example')) {
          expectRefusal(await ada.logout(headers), 403)
        }
        expect(scene.logouts).toEqual([])
        expect(ada.remembered).toHaveLength(1)
        for (const headers of [...sameOrigin('https://shop.example'), {}, OLD_BROWSER]) {
          const visitor = scene.visitor('ada')
          await visitor.click()
          const answer = await visitor.logout(headers)
          expect([200, 303], JSON.stringify(headers)).toContain(answer.status)
          expectPrivate(answer)
          expect(visitor.remembered).toEqual([])
        }
      },
    ),

    check(
      'guard-origin-null',
      'a refused Origin: null MUST be answered with a text that names Referrer-Policy',
      async ({ open }) => {
        const scene = await open()
        const headers = { accept: 'application/json', origin: 'null' }
        for (const route of ['/portal_session', '/portal_logout']) {
          const answer = await scene.visitor('ada').request('POST', scene.path(route), headers)
          expectProblem(answer, 403)
          expect(answer.body).toContain('Referrer-Policy')
          expectVary(answer, 'Origin', 'Sec-Fetch-Site')
        }
      },
    ),
  ],
}

function sameOrigin(origin: string): Headers[] {
  return [
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'same-origin', origin },
    // A page with Referrer-Policy: no-referrer posts so.
    { 'sec-fetch-site': 'same-origin', origin: 'null' },
    { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
    { origin },
  ]
}

function otherOrigin(origin: string): Headers[] {
  return [
    { 'sec-fetch-site': 'cross-site', origin },
    { 'sec-fetch-site': 'same-site', origin },
    { 'sec-fetch-site': 'none', origin },
    { 'sec-fetch-site': ['same-origin', 'same-origin'], origin },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { origin: `${origin}.evil.example` },
    { origin: `${origin}:8443` },
    { origin: origin.replace('https:', 'http:') },
    { origin: `${origin}/` },
    { origin: `${origin}@evil.example` },
    { origin: `https://evil.${new URL(origin).hostname}` },
    { origin: '' },
    { origin: 'shop.example' },
  ]
}
