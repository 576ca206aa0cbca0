import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, inject } from 'vitest'
import { type Example, examples } from '../examples.js'
import { isChromiumMissing, wayToGetChromium } from './chromium.js'

type Declare = (example: Example, browser: () => Browser) => void

/**
 * Declares tests for the Express example, and in the exhaustive run for the Koa example: that both answer alike is
 * what the conformance suite checks, and what a browser makes of the same answers is the same.
 */
export function describeInBrowser(title: string, declare: Declare): void {
  const frameworks = examples.filter(({ folder }) => folder === process.env.BROWSER_TESTS_ON)
  describeEach(title, frameworks, declare)
}

/** Declares tests for each of the examples. For files named `*.both.test.ts`, which the exhaustive run leaves out. */
export function describeOnBoth(title: string, declare: Declare): void {
  describeEach(title, examples, declare)
}

/** Without Chromium they are skipped, under a title that says how to get it; with `CI=true` each of them fails. */
function describeEach(title: string, frameworks: readonly Example[], declare: Declare): void {
  const isSkipped = isChromiumMissing && process.env.CI !== 'true'
  const fullTitle = isSkipped ? `${title} (${wayToGetChromium})` : title
  describe.skipIf(isSkipped)(fullTitle, { timeout: 120_000 }, () => {
    let browser: Browser | undefined
    beforeAll(async () => {
      const endpoint = inject('browserEndpoint')
      if (endpoint) browser = await chromium.connect(endpoint)
    })
    // Only the connection: the browser is the test run's.
    afterAll(() => browser?.close())
    const launched = () => {
      if (isChromiumMissing) throw new Error(wayToGetChromium)
      if (!browser) throw new Error('The browser is there only while tests run.')
      return browser
    }
    for (const example of frameworks) describe(example.name, () => declare(example, launched))
  })
}
