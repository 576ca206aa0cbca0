import { expect, test } from 'vitest'
import type { ExampleApp, PortalAddresses } from '../examples.js'
import { describeInBrowser } from './browser.js'
import {
  answersOf,
  arriveInPortal,
  createCalls,
  fillInSignIn,
  manageBilling,
  signIn,
  signOut,
  statuses,
  visit,
} from './visit.js'

const OPEN = 'Open the billing portal'

const worker = `
  addEventListener('install', () => skipWaiting())
  addEventListener('activate', (event) => event.waitUntil(clients.claim()))
  addEventListener('fetch', (event) => event.respondWith(fetch(event.request)))`

describeInBrowser('the link', (example, browser) => {
  test('opens in a second tab: at once from the host, after a click from another website', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, context, page } = person
    await signIn(person, 'Ada Lovelace')
    const link = `<a href="${site.origin}/portal_link" target="_blank">Billing</a>`
    const clickThere = async (address: string) => {
      await page.goto(address)
      const opened = context.waitForEvent('page')
      await page.getByRole('link', { name: 'Billing' }).click()
      return opened
    }
    const own = await clickThere(site.addPage('/start', link))
    await arriveInPortal({ site, page: own })
    const foreign = await clickThere(site.addForeignPage('/mail', link))
    await foreign.getByRole('link', { name: OPEN }).waitFor()
    expect(createCalls(site)).toHaveLength(1)
    await foreign.getByRole('link', { name: OPEN }).click()
    await arriveInPortal({ site, page: foreign })
    expect(statuses(site)).toEqual(['logged_in', 'logged_in'])
    await signOut(person)
    expect(statuses(site)).toEqual(['logged_out', 'logged_out'])
  })

  test('works through a service worker of the host that passes navigations on', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, page } = person
    await signIn(person, 'Ada Lovelace')
    site.addRoute('GET /worker.js', (_, response) =>
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(worker),
    )
    const register = "<script>navigator.serviceWorker.register('/worker.js')</script>"
    await page.goto(site.addPage('/start', `${register}<a href="/portal_link">Billing</a>`))
    await page.waitForFunction('navigator.serviceWorker.controller')
    await page.getByRole('link', { name: 'Billing' }).click()
    await arriveInPortal(person)
    const click = site.requests.find(({ path }) => path === '/portal_link')
    expect(click?.headers).toMatchObject({ 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'empty' })

    // What another website begins stays foreign on its way through the worker.
    await page.goto(site.addForeignPage('/mail', `<a href="${site.origin}/portal_link">Billing</a>`))
    await page.getByRole('link', { name: 'Billing' }).click()
    await page.getByRole('link', { name: OPEN }).waitFor()
    const form = `<form method="post" action="${site.origin}/portal_logout"><button>Out</button></form>`
    await page.goto(site.addForeignPage('/form', form))
    await page.getByRole('button', { name: 'Out' }).click()
    await page.waitForURL(`${site.origin}/portal_logout`)
    expect(answersOf(site, '/portal_logout')).toEqual([403])
    expect(createCalls(site)).toHaveLength(1)
    expect(statuses(site)).toEqual(['logged_in'])
    await signOut(person)
    expect(statuses(site)).toEqual(['logged_out'])
  })

  test('works in a browser without Fetch Metadata, where a sign-out asks for the origin', async () => {
    const person = await visit(browser(), withoutFetchMetadata(example.createApp))
    const { site, page } = person
    await page.goto(site.addForeignPage('/mail', `<a href="${site.origin}/portal_link">Your invoice</a>`))
    await page.getByRole('link', { name: 'Your invoice' }).click()
    await fillInSignIn(page, 'Ada Lovelace')
    await arriveInPortal(person)
    await manageBilling(person)
    expect(statuses(site)).toEqual(['logged_in', 'logged_in'])

    const form = `<form method="post" action="${site.origin}/portal_logout"><button>Out</button></form>`
    await page.goto(site.addForeignPage('/', form))
    await page.getByRole('button', { name: 'Out' }).click()
    await page.waitForURL(`${site.origin}/portal_logout`)
    expect(statuses(site)).toEqual(['logged_in', 'logged_in'])
    await page.goto(site.addPage('/out', form))
    await page.getByRole('button', { name: 'Out' }).click()
    await page.waitForURL(`${site.origin}/signed-out`)
    expect(answersOf(site, '/portal_logout')).toEqual([403, 303])
    expect(statuses(site)).toEqual(['logged_out', 'logged_out'])
  })
})

type CreateApp = (portal: PortalAddresses) => ExampleApp

/** As an older browser, or a proxy that drops what it does not know. */
function withoutFetchMetadata(createApp: CreateApp): CreateApp {
  return (portal) => {
    const app = createApp(portal)
    return {
      ...app,
      listener(request, response) {
        for (const name of Object.keys(request.headers)) {
          if (name.startsWith('sec-fetch-')) delete request.headers[name]
        }
        app.listener(request, response)
      },
    }
  }
}
