// Remakes docs/images/emulator.png and docs/images/emulator-portal.png. From the top of the repository:
//
//   node --conditions=@portal-sso/source --import tsx examples/tests/test/pictures/emulator-screenshots.ts
import { fileURLToPath } from 'node:url'
import { startEmulator } from '@portal-sso/emulator'
import { launchChromium } from '../browser/chromium.js'

const pathOf = (name: string) => fileURLToPath(new URL(`../../../../docs/images/${name}`, import.meta.url))

const browser = await launchChromium()
await using emulator = await startEmulator()
const MINUTE = 60_000

/** One call of the API, as an application makes it. */
async function call(path: string, form: Record<string, string>, key = emulator.apiKey) {
  const answer = await fetch(`${emulator.apiUrl}/api/v2/portal_sessions${path}`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${key}:`)}` },
    body: new URLSearchParams(form),
  })
  return ((await answer.json()) as { portal_session?: { id: string; access_url: string } }).portal_session
}

const createFor = (customerId: string, redirectUrl = 'http://localhost:8080/portal_return') =>
  call('', { 'customer[id]': customerId, redirect_url: redirectUrl })

try {
  const page = await browser.newPage({ viewport: { width: 1120, height: 1180 }, colorScheme: 'light' })
  const grace = await createFor('cus_grace')
  await page.goto(grace?.access_url ?? '')
  emulator.advance(4 * MINUTE)
  await call(`/${grace?.id}/logout`, {})
  await createFor('cus_alan')
  emulator.advance(8 * MINUTE)
  await call('', { 'customer[id]': 'cus_ada' }, 'test_of_another_site')
  await createFor('cus_ada', 'http://localhost:3000/')
  const ada = await createFor('cus_ada')
  await page.goto(ada?.access_url ?? '')
  await page.screenshot({
    path: pathOf('emulator-portal.png'),
    clip: { x: 0, y: 0, width: 1120, height: 780 },
  })

  await page.goto(emulator.portalUrl)
  await page.getByText('live', { exact: true }).waitFor()
  await page.getByText('Link good for 52 min').or(page.getByText('Link good for 51 min')).waitFor()
  await page.screenshot({ path: pathOf('emulator.png') })
} finally {
  await browser.close()
}
