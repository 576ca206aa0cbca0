import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { isChromiumMissing, launchChromium, wayToGetChromium } from './chromium.js'
import { type Example, examples } from './examples.js'

/**
 * Declares tests for each of the examples, in one browser. Without Chromium they are skipped, under a title that says
 * how to get it; with `CI=true` each of them fails instead.
 */
export function describeInBrowser(
  title: string,
  declare: (example: Example, browser: () => Browser) => void,
): void {
  const isSkipped = isChromiumMissing && process.env.CI !== 'true'
  const fullTitle = isSkipped ? `${title} (${wayToGetChromium})` : title
  describe.skipIf(isSkipped)(fullTitle, { timeout: 60_000 }, () => {
    let browser: Browser | undefined
    beforeAll(async () => {
      if (!isChromiumMissing) browser = await launchChromium()
    })
    afterAll(() => browser?.close())
    const launched = () => {
      if (isChromiumMissing) throw new Error(wayToGetChromium)
      if (!browser) throw new Error('The browser is there only while tests run.')
      return browser
    }
    for (const example of examples) describe(example.name, () => declare(example, launched))
  })
}
