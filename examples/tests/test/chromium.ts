import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = process.env.CHROMIUM_PATH || '/usr/bin/chromium'

export const isChromiumMissing = !existsSync(executablePath)

export const wayToGetChromium = `no Chromium at ${executablePath}: apt-get install chromium, or set CHROMIUM_PATH`

/** Throws with the way to get one when there is none. */
export function launchChromium(): Promise<Browser> {
  if (isChromiumMissing) throw new Error(wayToGetChromium)
  return chromium.launch({
    executablePath,
    // Chromium's sandbox does not start for root.
    chromiumSandbox: false,
    // Nothing but this machine is needed, so nothing else can be reached by mistake.
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.*'],
  })
}
