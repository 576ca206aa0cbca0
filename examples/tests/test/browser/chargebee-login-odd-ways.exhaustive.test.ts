import type { BrowserContext } from 'playwright-core'
import { expect, test } from 'vitest'
import { createCookieClient } from '../cookie-client.js'
import type { Site } from '../site.js'
import { describeInBrowser } from './browser.js'
import {
  activateCalls,
  arriveAtAccount,
  arriveAtLogin,
  beginSignIn,
  begunCookies,
  callbacks,
  logIn,
  shownCustomerId,
  signInAs,
  withChargebeeLogin,
} from './chargebee-login-visit.js'
import { answersOf, rememberedCookies, signOut, statuses, visit } from './visit.js'

describeInBrowser('odd ways through the login at Chargebee', (example, browser) => {
  const createApp = withChargebeeLogin(example)

  test('the back button after a sign-in does no harm, nor does the address that led there', async () => {
    const person = await visit(browser(), createApp)
    const { site, page } = person
    await signInAs(person, 'ada@example.com')
    await page.goBack()
    await arriveAtLogin(person)
    await page.goForward()
    await arriveAtAccount(person, 'ada@example.com')
    expect(callbacks(site)).toHaveLength(1)

    for (const callback of callbacks(site)) await page.goto(callback)
    expect(answersOf(site, pathOf(callbacks(site)[0]))).toEqual([303, 400])
    await page.getByRole('link', { name: 'Back' }).click()
    await arriveAtAccount(person, 'ada@example.com')
    expect(activateCalls(site)).toHaveLength(1)
    expect(statuses(site)).toEqual(['activated'])
  })

  test('the login page that the back button brings signs nobody in a second time', async () => {
    const person = await visit(browser(), createApp)
    const { site, page } = person
    await signInAs(person, 'ada@example.com')
    await page.goBack()
    await arriveAtLogin(person)
    await logIn(page, 'alan@example.com')
    await page.getByRole('heading', { name: 'Please sign in again' }).waitFor()
    expect(activateCalls(site)).toHaveLength(1)

    await page.goto(`${site.origin}/account`)
    await arriveAtAccount(person, 'ada@example.com')
    await signOut(person)
    expect(statuses(site)).toEqual(['logged_out', 'not_yet_activated'])
  })

  test('two tabs sign in side by side, and a sign-out ends both', async () => {
    const person = await visit(browser(), createApp)
    const { site, context, page } = person
    const otherTab = { site, page: await context.newPage() }
    await beginSignIn(person)
    await beginSignIn(otherTab)
    expect(await begunCookies(context)).toHaveLength(2)
    await logIn(page, 'ada@example.com')
    await arriveAtAccount(person, 'ada@example.com')
    await logIn(otherTab.page, 'ada@example.com')
    await arriveAtAccount(otherTab, 'ada@example.com')
    expect(statuses(site)).toEqual(['activated', 'activated'])
    expect(await begunCookies(context)).toEqual([])

    await signOut(person)
    expect(statuses(site)).toEqual(['logged_out', 'logged_out'])
    // Chromium still calls it a navigation of the other website that has led to this page: a person is asked first.
    await otherTab.page.reload()
    await otherTab.page.getByRole('heading', { name: 'Continue to sign in?' }).waitFor()
    await otherTab.page.getByRole('link').click()
    await arriveAtLogin(otherTab)
  })

  test('signing in as somebody else ends all of the former customer, a copy of the cookie included', async () => {
    const person = await visit(browser(), createApp)
    const { site, context, page } = person
    await signInAs(person, 'ada@example.com')
    const ofAda = await sessionCookies(context)
    expect(await answerOfAccount(site, ofAda)).toBe(200)

    await page.goto(`${site.origin}/portal_login?return_to=/account`)
    await logIn(page, 'alan@example.com')
    await arriveAtAccount(person, 'alan@example.com')
    expect(await shownCustomerId(page)).toBe('cus_alan')
    expect(await page.getByText('cus_ada').count()).toBe(0)
    expect(statuses(site)).toEqual(['logged_out', 'activated'])
    expect(await answerOfAccount(site, ofAda)).toBe(303)

    const ofAlan = await sessionCookies(context)
    expect(await answerOfAccount(site, ofAlan)).toBe(200)
    await signOut(person)
    expect(await answerOfAccount(site, ofAlan)).toBe(303)
  })

  test("a link of another website to somebody else's sign-in signs nobody in", async () => {
    const person = await visit(browser(), createApp)
    const { site, context, page } = person
    const forged = await signInElsewhere(site, 'alan@example.com')
    await page.goto(site.addForeignPage('/prize', `<a href="${forged}">You have won</a>`))
    await page.getByRole('link').click()
    await page.getByRole('heading', { name: 'Please sign in again' }).waitFor()
    expect(answersOf(site, pathOf(forged))).toEqual([400])
    expect(site.emulator.calls()).toEqual([])
    expect(statuses(site)).toEqual(['not_yet_activated'])
    expect(await rememberedCookies(context)).toEqual([])

    await page.goto(`${site.origin}/account`)
    await arriveAtLogin(person)
  })

  test('neither in the middle of a sign-in, which goes on as if nothing had been', async () => {
    const person = await visit(browser(), createApp)
    const { site, context, page } = person
    await beginSignIn(person)
    const forged = await signInElsewhere(site, 'alan@example.com')
    const otherTab = await context.newPage()
    await otherTab.goto(site.addForeignPage('/prize', `<a href="${forged}">You have won</a>`))
    await otherTab.getByRole('link').click()
    await otherTab.getByRole('heading', { name: 'Please sign in again' }).waitFor()
    expect(activateCalls(site)).toEqual([])

    await logIn(page, 'ada@example.com')
    await arriveAtAccount(person, 'ada@example.com')
    expect(await shownCustomerId(page)).toBe('cus_ada')
    expect(activateCalls(site)).toHaveLength(1)
  })

  test("nor on a state of this browser's own that it has used already", async () => {
    const person = await visit(browser(), createApp)
    const { site, page } = person
    await signInAs(person, 'ada@example.com')
    const forged = new URL(await signInElsewhere(site, 'alan@example.com'))
    const own = new URL(callbacks(site)[0] ?? '')
    await page.goto(
      site.addForeignPage('/prize', `<a href="${own.origin}${own.pathname}${forged.search}">x</a>`),
    )
    await page.getByRole('link').click()
    await page.getByRole('heading', { name: 'Please sign in again' }).waitFor()
    expect(activateCalls(site)).toHaveLength(1)
    await page.goto(`${site.origin}/account`)
    expect(await shownCustomerId(page)).toBe('cus_ada')
  })

  test('a form of another website cannot sign out', async () => {
    const person = await visit(browser(), createApp)
    const { site, page } = person
    await signInAs(person, 'ada@example.com')
    const signOutPath = `${site.origin}/sign-out`
    await page.goto(
      site.addForeignPage('/', `<form method="post" action="${signOutPath}"><button>x</button></form>`),
    )
    await page.getByRole('button').click()
    await page.waitForURL(signOutPath)
    expect(answersOf(site, '/sign-out')).toEqual([403])
    expect(statuses(site)).toEqual(['activated'])
    await page.goto(`${site.origin}/account`)
    await arriveAtAccount(person, 'ada@example.com')
  })
})

/** An attacker's own sign-in, up to the address that Chargebee sends the browser to, which is not opened. */
async function signInElsewhere(site: Site, email: string): Promise<string> {
  const begun = await createCookieClient(site.origin).get('/portal_login?return_to=/account')
  const login = new URL(begun.location ?? '')
  const answer = await fetch(new URL(login.pathname, login), {
    method: 'POST',
    body: new URLSearchParams({
      email,
      password: 'portal',
      return_url: login.searchParams.get('return_url') ?? '',
    }),
    redirect: 'manual',
  })
  const callback = answer.headers.get('location') ?? ''
  expect(new URL(callback).searchParams.get('auth_session_id')).toMatch(/./)
  return callback
}

/** The host's own session, as a `Cookie` header. */
async function sessionCookies(context: BrowserContext): Promise<string> {
  const cookies = await context.cookies()
  const own = cookies.filter(({ name }) => name.startsWith('acme.sid'))
  return own.map(({ name, value }) => `${name}=${value}`).join('; ')
}

async function answerOfAccount(site: Site, cookies: string): Promise<number> {
  const { status } = await createCookieClient(site.origin).get('/account', cookies)
  return status
}

function pathOf(url: string | undefined): string {
  return new URL(url ?? '').pathname
}
