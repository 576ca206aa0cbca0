import { existsSync } from 'node:fs'
import { type Browser, type BrowserServer, chromium, type LaunchOptions } from 'playwright-core'

const executablePath = process.env.CHROMIUM_PATH || '/usr/bin/chromium'

export const isChromiumMissing = !existsSync(executablePath)

export const wayToGetChromium = `no Chromium at ${executablePath}: apt-get install chromium, or set CHROMIUM_PATH`

/** What Playwright switches off. Chromium takes the last `--disable-features` only, so ours has to repeat it. */
const offByPlaywright = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
]

/** For each window Chromium loads the page behind its address bar: two thirds of the processor time of a test. */
const pagesOfTheAddressBar = [
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxPopup',
  'WebUIOmniboxFullPopup',
  'PreloadTopChromeWebUI',
]

/**
 * Websites share a process here, which spares a test four processes of half a second each. What tests look at is not
 * decided there: cookies, `Sec-Fetch-*`, redirects and the policy for forms belong to the browser's main process.
 */
const processOfEachWebsite = ['SpareRendererForSitePerProcess', 'site-per-process', 'IsolateOrigins']

const options: LaunchOptions = {
  executablePath,
  // Chromium's sandbox does not start for root.
  chromiumSandbox: false,
  timeout: 120_000,
  args: [
    // Nothing but this machine is needed, so nothing else can be reached by mistake.
    '--host-resolver-rules=MAP *.localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.*',
    `--disable-features=${[...offByPlaywright, ...pagesOfTheAddressBar, ...processOfEachWebsite].join()}`,
    '--disable-site-isolation-trials',
    '--renderer-process-limit=1',
  ],
}

/** Throws with the way to get one when there is none. */
export function launchChromium(): Promise<Browser> {
  if (isChromiumMissing) throw new Error(wayToGetChromium)
  return chromium.launch(options)
}

/** The same, for several processes to connect to. */
export function launchChromiumServer(): Promise<BrowserServer> {
  if (isChromiumMissing) throw new Error(wayToGetChromium)
  return chromium.launchServer(options)
}
