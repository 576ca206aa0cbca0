import { readConfig } from '../options/config.js'
import type { Config } from '../options/options.js'
import { type Clock, systemClock } from '../time/clock.js'
import { type Check, hideSecrets, type Report, toReport } from './report.js'
import { checkSession } from './session-checks.js'
import { canCall, checkSettings, type Environment } from './settings.js'
import { openSite } from './site-calls.js'
import { checkClock, checkReach, checkTime } from './site-checks.js'
import { checkStore } from './store-check.js'

export interface Examination {
  readonly version: string
  readonly env: Environment
  /** As the host gives them to `portalSso()`; `undefined`: only the environment is known. */
  readonly options: Readonly<Record<string, unknown>> | undefined
  /** The customer whose portal is opened for a moment; `undefined`: none is opened. */
  readonly customerId: string | undefined
  readonly clock?: Clock
}

/** Looks at everything that can be looked at, and ends what it opens. */
export async function examine({
  version,
  env,
  options,
  customerId,
  clock = systemClock,
}: Examination): Promise<Report> {
  const { config, problems } = readConfig(options ?? { getCustomerId: () => undefined }, env)
  const settings = [checkNode(), ...checkSettings(config, problems, env)]
  const isCallable = canCall(problems)
  const site = isCallable
    ? await examineSite(config, customerId, clock)
    : { checks: [skipped('reach', SETTINGS_FIRST)], facts: [] }
  const store = config.store && isCallable ? await checkStore(config.store, config, clock) : []
  const report = toReport({
    version,
    node: process.versions.node,
    site: isCallable ? config.site : null,
    checks: [...settings, ...site.checks, ...store],
    facts: site.facts,
  })
  const { apiKey, secrets } = config
  return hideSecrets(report, [env.CHARGEBEE_API_KEY, apiKey, ...secrets.loginState, ...secrets.jar])
}

const SETTINGS_FIRST = 'the settings have to be right first'
const ASK_FOR_CUSTOMER = 'no session was opened; with --customer ID of a customer of this site it is tried'

const skipped = (name: string, text: string): Check => ({ name, outcome: 'skipped', text })

async function examineSite(config: Config, customerId: string | undefined, clock: Clock) {
  const calls = openSite(config, clock)
  try {
    const { check, canGoOn } = await checkReach(calls)
    const session = !canGoOn
      ? { checks: [skipped('create', 'Chargebee has to be reached first')], facts: [] }
      : customerId === undefined
        ? { checks: [skipped('create', ASK_FOR_CUSTOMER)], facts: [] }
        : await checkSession(calls, config, customerId)
    const ofCalls = [checkClock(calls), ...(check.outcome === 'ok' ? [checkTime(calls)] : [])]
    return { checks: [check, ...ofCalls, ...session.checks], facts: session.facts }
  } finally {
    calls.close()
  }
}

const [OLDEST_MAJOR, OLDEST_MINOR] = [20, 19]

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isGood = major > OLDEST_MAJOR || (major === OLDEST_MAJOR && minor >= OLDEST_MINOR)
  const text = `Node ${process.versions.node}`
  if (isGood) return { name: 'node', outcome: 'ok', text }
  return {
    name: 'node',
    outcome: 'wrong',
    text,
    mend: `Use Node ${OLDEST_MAJOR}.${OLDEST_MINOR} or a later one.`,
  }
}
