import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'
import {
  isChromiumMissing,
  launchChromium,
  wayToGetChromium,
} from '../../../examples/tests/test/browser/chromium.js'

/** Tests in one real browser. Without one they are skipped under a title that says so; with `CI=true` they fail. */
export function describeInBrowser(title: string, declare: (visit: Visit) => void): void {
  const isSkipped = isChromiumMissing && process.env.CI !== 'true'
  const fullTitle = isSkipped ? `${title} (${wayToGetChromium})` : title
  describe.skipIf(isSkipped)(fullTitle, () => {
    let browser: Browser | undefined
    beforeAll(async () => {
      browser = await launchChromium()
    })
    afterAll(() => browser?.close())
    declare(async (options) => {
      const context = await (browser as Browser).newContext(options)
      // What a page has to do may take long on a busy machine; only what hangs takes this long.
      context.setDefaultTimeout(120_000)
      onTestFinished(() => context.close())
      return context.newPage()
    })
  })
}

/** A page in a fresh profile, closed with the test. */
export type Visit = (options?: Parameters<Browser['newContext']>[0]) => Promise<Page>

export type { Page }
