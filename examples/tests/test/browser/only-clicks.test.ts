import { expect, test, vi } from 'vitest'
import { describeInBrowser } from './browser.js'
import {
  answersOf,
  arriveInPortal,
  createCalls,
  manageBilling,
  rememberedCookies,
  signIn,
  signOut,
  statuses,
  visit,
} from './visit.js'

const guesses = [
  {
    what: 'prerendering',
    body: `<script type="speculationrules">
      { "prerender": [{ "urls": ["/portal_link"], "eagerness": "immediate" }] }</script>`,
  },
  {
    what: 'speculative prefetching',
    body: `<script type="speculationrules">
      { "prefetch": [{ "urls": ["/portal_link"], "eagerness": "immediate" }] }</script>`,
  },
  { what: 'link rel=prefetch', body: '<link rel="prefetch" href="/portal_link">' },
]

const embeddings = `
  <iframe src="/portal_link"></iframe>
  <img src="/portal_link" alt="">
  <script>fetch('/portal_link').catch(() => {})</script>`

describeInBrowser('only a click opens a session', (example, browser) => {
  test.each(guesses)('$what does not, and a click afterwards does', async ({ body }) => {
    const person = await visit(browser(), example.createApp)
    const { site, context, page } = person
    await signIn(person, 'Ada Lovelace')
    await page.goto(site.addPage('/guess', `${body}<a href="/portal_link">Billing</a>`))
    await vi.waitFor(() => expect(answersOf(site, '/portal_link')).toEqual([503]), 10_000)
    const guess = site.requests.find(({ path }) => path === '/portal_link')
    expect(guess?.headers['sec-purpose']).toContain('prefetch')
    expect(site.emulator.calls()).toEqual([])
    expect(await rememberedCookies(context)).toEqual([])

    await page.getByRole('link', { name: 'Billing' }).click()
    await arriveInPortal(person)
    expect(createCalls(site)).toHaveLength(1)
    expect(statuses(site)).toEqual(['logged_in'])
  })

  test('a frame, a picture and a fetch of the page do not', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, context, page } = person
    await signIn(person, 'Ada Lovelace')
    await page.goto(site.addPage('/embedding', embeddings))
    await vi.waitFor(() => expect(answersOf(site, '/portal_link')).toEqual([403, 403, 403]), 10_000)
    expect(site.emulator.calls()).toEqual([])
    expect(await rememberedCookies(context)).toEqual([])
  })

  test('after the back button a click opens a new session, and both are ended', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, page } = person
    await signIn(person, 'Ada Lovelace')
    await manageBilling(person)
    await page.goBack()
    await page.getByRole('link', { name: 'Manage billing' }).click()
    await arriveInPortal(person)
    await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor()

    const keys = createCalls(site).map(({ idempotencyKey }) => idempotencyKey)
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(2)
    expect(site.requests.filter(({ path }) => path === '/portal_link')).toHaveLength(2)
    await signOut(person)
    expect(statuses(site)).toEqual(['logged_out', 'logged_out'])
  })
})
