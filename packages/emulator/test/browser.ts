import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'

const executablePath = process.env.CHROMIUM_PATH || '/usr/bin/chromium'

/** Tests in one real browser. Without one they are skipped under a title that says so; with `CI=true` they fail. */
export function describeInBrowser(title: string, declare: (visit: Visit) => void): void {
  const isMissing = !existsSync(executablePath)
  const isSkipped = isMissing && process.env.CI !== 'true'
  const fullTitle = isSkipped ? `${title} (no Chromium at ${executablePath}; set CHROMIUM_PATH)` : title
  describe.skipIf(isSkipped)(fullTitle, { timeout: 60_000 }, () => {
    let browser: Browser | undefined
    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath,
        // Chromium's sandbox does not start for root.
        chromiumSandbox: false,
        args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.*'],
      })
    })
    afterAll(() => browser?.close())
    declare(async (options) => {
      const context = await (browser as Browser).newContext(options)
      onTestFinished(() => context.close())
      return context.newPage()
    })
  })
}

/** A page in a fresh profile, closed with the test. */
export type Visit = (options?: Parameters<Browser['newContext']>[0]) => Promise<Page>

export type { Page }
