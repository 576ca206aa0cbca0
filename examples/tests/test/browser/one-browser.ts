import type { TestProject } from 'vitest/node'
import { isChromiumMissing, launchChromiumServer } from './chromium.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the one browser of all test files listens; `undefined` where there is no Chromium. */
    browserEndpoint: string | undefined
  }
}

/** Vitest runs this once, before the first test file. Each test has a context of its own in that browser. */
export default async function startBrowser(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (isChromiumMissing) return undefined
  const server = await launchChromiumServer()
  project.provide('browserEndpoint', server.wsEndpoint())
  return () => server.close()
}
