import { demoPassword } from '@portal-sso/example-shared'
import { expect, test } from 'vitest'
import type { Site } from '../site.js'
import { describeInBrowser } from './browser.js'
import { answersOf, arriveInPortal, createCalls, customers, type Visit, visit } from './visit.js'

const OPEN = 'Open the billing portal'

// The identity provider is http://localhost, the host is in 127.0.0.0/8: two sites for a browser.
describeInBrowser('a host whose sign-in is at an identity provider', (example, browser) => {
  test('that posts the browser back: it goes on to the portal by itself', async () => {
    const person = await visit(browser(), example.createApp)
    await answerByForm(person)
    await arriveInPortal(person)
    expect(answersOf(person.site, '/portal_link')).toEqual([303, 200, 303])
    expect(person.site.requests.filter(({ path }) => path.includes('after=login'))).toMatchObject([
      { headers: { 'sec-fetch-site': 'cross-site', cookie: expect.stringContaining('psso-hop=') } },
    ])
    expect(customers(person.site)).toEqual(['cus_ada'])
  })

  test('that posts the browser back after more than ten minutes: one click leads on', async () => {
    const person = await visit(browser(), example.createApp)
    // What a browser does with a cookie whose ten minutes are over.
    await answerByForm(person, () => person.context.clearCookies({ name: 'psso-hop' }))
    await person.page.getByRole('link', { name: OPEN }).click()
    await arriveInPortal(person)
    expect(customers(person.site)).toEqual(['cus_ada'])
  })

  test('behind a guard in front of the portal link: a link of the host leads straight through', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, page } = person
    guardPortalLink(site)
    await page.goto(site.addPage('/start', '<a href="/portal_link">Billing</a>'))
    await page.getByRole('link', { name: 'Billing' }).click()
    await arriveInPortal(person)
    expect(answersOf(site, '/portal_link')).toEqual([302, 303])
    expect(customers(site)).toEqual(['cus_ada'])
  })

  test('behind a guard in front of the portal link: without a referrer one click leads on', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, page } = person
    guardPortalLink(site)
    await page.goto(site.addPage('/start', '<a href="/portal_link" referrerpolicy="no-referrer">Billing</a>'))
    await page.getByRole('link', { name: 'Billing' }).click()
    await page.getByRole('link', { name: OPEN }).waitFor()
    expect(createCalls(site)).toEqual([])
    await page.getByRole('link', { name: OPEN }).click()
    await arriveInPortal(person)
    expect(answersOf(site, '/portal_link')).toEqual([302, 200, 303])
    expect(customers(site)).toEqual(['cus_ada'])
  })
})

/** `response_mode=form_post`: the browser comes back by a POST that another website began. */
async function answerByForm({ site, page }: Visit, meanwhile?: () => Promise<void>): Promise<void> {
  const form = `<form method="post" action="${site.origin}/callback"><button>Continue as Ada</button></form>`
  const provider = site.addForeignPage('/authorize', form)
  site.addRoute('GET /login', (_, response) => response.writeHead(303, { location: provider }).end())
  site.addRoute('POST /callback', async (_, response) => {
    const cookies = await signAdaIn(site)
    response.writeHead(303, { location: '/portal_link?after=login', 'set-cookie': cookies }).end()
  })
  await page.goto(`${site.origin}/portal_link`)
  await page.waitForURL(provider)
  await meanwhile?.()
  await page.getByRole('button', { name: 'Continue as Ada' }).click()
}

/** A middleware of the host that sends visitors without a session to the identity provider, which knows them. */
function guardPortalLink(site: Site): void {
  const provider = site.addForeignRoute('/authorize', (_, response) =>
    response.writeHead(302, { location: `${site.origin}/callback` }).end(),
  )
  site.addRoute('GET /portal_link', ({ headers }, response, next) => {
    if (headers.cookie?.includes('acme.sid')) next()
    else response.writeHead(302, { location: provider }).end()
  })
  site.addRoute('GET /callback', async (_, response) => {
    response.writeHead(302, { location: '/portal_link', 'set-cookie': await signAdaIn(site) }).end()
  })
}

/** What the host answers a browser that has signed in: its session cookie. */
async function signAdaIn({ origin }: Site): Promise<string[]> {
  const body = new URLSearchParams({ email: 'ada@example.com', password: demoPassword })
  const answer = await fetch(`${origin}/login`, { method: 'POST', body, redirect: 'manual' })
  return answer.headers.getSetCookie()
}
