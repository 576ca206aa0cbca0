import { expect, onTestFinished, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { customers, manageBilling, rememberedCookies, signIn, signOut, statuses, visit } from './visit.js'

describeInBrowser('the last user of a browser', (example, browser) => {
  test('ends nothing of the next one with a copy of the old cookies', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, context } = person
    await signIn(person, 'Ada Lovelace')
    await manageBilling(person)
    const copy = (await context.cookies()).filter(({ name }) => name.includes('psso'))
    expect(copy).toHaveLength(1)
    await signIn(person, 'Grace Hopper')
    await manageBilling(person)
    expect(customers(site)).toEqual(['cus_ada', 'cus_grace'])
    // The switch ends what Ada had open.
    expect(statuses(site)).toEqual(['logged_out', 'logged_in'])

    const elsewhere = await browser().newContext()
    onTestFinished(() => elsewhere.close())
    await elsewhere.addCookies(copy)
    const page = await elsewhere.newPage()
    await page.goto(
      site.addPage('/out', '<form method="post" action="/portal_logout"><button>Out</button></form>'),
    )
    await page.getByRole('button', { name: 'Out' }).click()
    await page.waitForURL(`${site.origin}/signed-out`)
    expect(site.requests.findLast(({ path }) => path === '/portal_logout')?.headers.cookie).toContain('psso.')
    expect(statuses(site)).toEqual(['logged_out', 'logged_in'])
    expect(await rememberedCookies(context)).toHaveLength(1)

    await signOut(person)
    expect(statuses(site)).toEqual(['logged_out', 'logged_out'])
  })
})
