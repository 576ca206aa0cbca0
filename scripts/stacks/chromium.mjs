import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { CheckError } from '../lib/report.mjs'

/** @typedef {import('./visitor.mjs').Visitor} Visitor */

const executablePath = process.env.CHROMIUM_PATH || '/usr/bin/chromium'

/**
 * A visitor who runs the scripts of pages.
 * @returns {Promise<Visitor>}
 */
export async function openChromium() {
  if (!existsSync(executablePath)) throw new CheckError(`no Chromium at ${executablePath}: set CHROMIUM_PATH`)
  const browser = await chromium.launch({
    executablePath,
    // Chromium's sandbox does not start for root.
    chromiumSandbox: false,
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.*'],
  })
  const tab = await browser.newPage()
  /** @param {'link' | 'button'} role @param {string} name */
  const press = (role, name) => tab.getByRole(role, { name, exact: true }).click()
  return {
    patienceMs: 60_000,
    read: async () => ({ url: new URL(tab.url()), status: 0, body: await tab.content().catch(() => '') }),
    visit: (url) => tab.goto(url),
    click: (label) => press('link', label),
    async submit(button, fields = {}) {
      for (const [name, value] of Object.entries(fields))
        await tab.locator(`input[name="${name}"]`).fill(value)
      await press('button', button)
    },
    fetch: (path, { method = 'GET', json } = {}) =>
      tab.evaluate(
        async ([path, method, body]) => {
          const headers = { 'content-type': 'application/json' }
          const response = await fetch(path, { method, ...(body !== undefined && { headers, body }) })
          return { status: response.status, body: await response.text() }
        },
        /** @type {const} */ ([path, method, json === undefined ? undefined : JSON.stringify(json)]),
      ),
    close: () => browser.close(),
  }
}
