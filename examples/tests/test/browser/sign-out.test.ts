import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { answersOf, manageBilling, rememberedCookies, signIn, signOut, statuses, visit } from './visit.js'

describeInBrowser('sign-out', (example, browser) => {
  test('ends what was opened in two tabs', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, context } = person
    await signIn(person, 'Ada Lovelace')
    const otherTab = { site, page: await context.newPage() }
    await Promise.all([manageBilling(person), manageBilling(otherTab)])
    expect(statuses(site)).toEqual(['logged_in', 'logged_in'])

    await signOut(person)
    expect(statuses(site)).toEqual(['logged_out', 'logged_out'])
    await otherTab.page.reload()
    expect(await otherTab.page.title()).toBe('Session Expired')
  })

  test('says so when the portal could not be reached, and can be tried again', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, context, page } = person
    await signIn(person, 'Ada Lovelace')
    await manageBilling(person)
    const repair = site.emulator.fail({ operation: 'logout', status: 503, times: Number.POSITIVE_INFINITY })
    await page.goto(`${site.origin}/account`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'You are signed out here' }).waitFor()
    expect(await page.getByRole('alert').textContent()).toContain('One billing session could not be ended')
    expect(statuses(site)).toEqual(['logged_in'])
    expect(await rememberedCookies(context)).toHaveLength(1)

    // The host itself is signed out of all the same.
    const account = await context.request.get(`${site.origin}/account`, { maxRedirects: 0 })
    expect(account.headers().location).toBe('/login?return_to=%2Faccount')

    repair()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.waitForURL(`${site.origin}/signed-out`)
    expect(statuses(site)).toEqual(['logged_out'])
    expect(await rememberedCookies(context)).toEqual([])
  })

  test('the back button does not bring pages of the signed-in back', async () => {
    const person = await visit(browser(), example.createApp)
    await signIn(person, 'Ada Lovelace')
    await signOut(person)
    await person.page.goBack()
    await person.page.waitForURL(`${person.site.origin}/login?return_to=%2Faccount`)
  })

  test.each([
    ['a form', '<form method="post" action="/portal_logout"><button>Out</button></form>', 'button'],
    ['a link', '<a href="/portal_logout">Out</a>', 'link'],
  ] as const)('of the portal alone works by %s of the host', async (_, body, role) => {
    const person = await visit(browser(), example.createApp)
    const { site, context, page } = person
    await signIn(person, 'Ada Lovelace')
    await manageBilling(person)
    await page.goto(site.addPage('/out', body))
    await page.getByRole(role, { name: 'Out' }).click()
    await page.waitForURL(`${site.origin}/signed-out`)
    expect(statuses(site)).toEqual(['logged_out'])
    expect(await rememberedCookies(context)).toEqual([])
  })

  test.each([
    ['form', (to: string) => `<form method="post" action="${to}"><button id="go">x</button></form>`, 403],
    ['link', (to: string) => `<a id="go" href="${to}">x</a>`, 405],
  ] as const)('cannot be caused by a %s of another website', async (_, toBody, status) => {
    const person = await visit(browser(), example.createApp)
    const { site, context, page } = person
    await signIn(person, 'Ada Lovelace')
    await manageBilling(person)
    const logout = `${site.origin}/portal_logout`
    await page.goto(site.addForeignPage('/', toBody(logout)))
    await page.locator('#go').click()
    await page.waitForURL(logout)
    expect(answersOf(site, '/portal_logout')).toEqual([status])
    expect(statuses(site)).toEqual(['logged_in'])
    expect(await rememberedCookies(context)).toHaveLength(1)

    await signOut(person)
    expect(statuses(site)).toEqual(['logged_out'])
  })

  test("works by the button of the page in between, also where the host's own page leads to another website", async () => {
    const person = await visit(browser(), example.createApp)
    const { site, context, page } = person
    await signIn(person, 'Ada Lovelace')
    await manageBilling(person)
    const away = site.addForeignPage('/away', '<h1>Signed out everywhere</h1>')
    site.addRoute('GET /signed-out', (_, response) => response.writeHead(303, { location: away }).end())
    await page.goto(site.addForeignPage('/', `<a href="${site.origin}/portal_logout">Out</a>`))
    await page.getByRole('link').click()
    await page.getByRole('heading', { name: 'Sign out of the billing portal?' }).waitFor()
    expect(statuses(site)).toEqual(['logged_in'])
    await page.getByRole('button').click()
    await page.waitForURL(away)
    expect(answersOf(site, '/portal_logout')).toEqual([405, 303])
    expect(statuses(site)).toEqual(['logged_out'])
    expect(await rememberedCookies(context)).toEqual([])
  })

  test('cannot be caused by a picture, of another website or of the host', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, page } = person
    await signIn(person, 'Ada Lovelace')
    await manageBilling(person)
    const picture = `<img src="${site.origin}/portal_logout" alt="">`
    await page.goto(site.addForeignPage('/', picture))
    await page.goto(site.addPage('/picture', picture))
    expect(answersOf(site, '/portal_logout')).toEqual([405, 405])
    expect(statuses(site)).toEqual(['logged_in'])
  })

  test("the host's own sign-out and sign-in refuse forms of another website", async () => {
    const person = await visit(browser(), example.createApp)
    const { site, context, page } = person
    await signIn(person, 'Ada Lovelace')
    const cookies = await context.cookies()
    const fields =
      '<input name="email" value="grace@example.com"><input name="password" value="acme-demo-4711">'
    for (const path of ['/logout', '/login']) {
      const address = `${site.origin}${path}`
      await page.goto(
        site.addForeignPage(
          '/',
          `<form method="post" action="${address}">${fields}<button>x</button></form>`,
        ),
      )
      await page.getByRole('button').click()
      await page.waitForURL(address)
      expect(answersOf(site, path).at(-1)).toBe(403)
    }
    await page.goto(`${site.origin}/account`)
    await page.getByRole('heading', { name: 'Good to see you, Ada' }).waitFor()
    expect(await context.cookies()).toEqual(cookies)
  })
})
