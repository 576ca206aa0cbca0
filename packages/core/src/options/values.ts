import {
  checkFunction,
  checkLocalPath,
  checkNames,
  checkNumber,
  checkPlainObject,
  checkString,
  refuseOption,
} from './checks.js'
import type { Config, LoginOptions, RateLimit } from './options.js'

// The options that are more than one plain value; see `toConfig`.

const HOST = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/
const DESTINATION = /^[A-Za-z0-9_-]{1,64}$/
// Node's timers fire at once for anything longer.
const MAX_TIMEOUT_MS = 2 ** 31 - 1

export function toTimeout(option: string, value: unknown): number {
  return checkNumber(option, value, 500, MAX_TIMEOUT_MS)
}

export function toLogin(value: unknown, origin: string): LoginOptions {
  const given = checkPlainObject('login', value)
  checkNames('login field', given, ['onLogin', 'cancelUrl'])
  const onLogin = given.onLogin as LoginOptions['onLogin'] | undefined
  return {
    onLogin: checkFunction('login.onLogin', onLogin, 'Pass a function that signs the customer in.'),
    cancelUrl:
      given.cancelUrl === undefined ? undefined : checkLocalPath('login.cancelUrl', given.cancelUrl, origin),
  }
}

export function toHosts(value: unknown): string[] {
  const mend = "Pass an array of bare host names in lower case, such as ['billing.acme.com']."
  if (!Array.isArray(value)) refuseOption('portalHosts', 'is not an array', mend)
  return value.map((given) => {
    const written = checkString('portalHosts', given, HOST, mend)
    // As `URL.host` spells it, which leaves the default port out; what it spells otherwise was never meant.
    const host = written.replace(/:443$/, '')
    const isHost = URL.canParse(`https://${host}`) && new URL(`https://${host}`).host === host
    return isHost ? host : refuseOption('portalHosts', 'holds something that is no host', mend)
  })
}

export function toDestinations(value: unknown): Config['destinations'] {
  const entries = Object.entries(checkPlainObject('destinations', value))
  for (const [name, destination] of entries) {
    if (!DESTINATION.test(name)) {
      refuseOption(
        'destinations',
        'has a name that does not fit into ?to=',
        'Use letters, digits, - and _ only, at most 64.',
      )
    }
    checkFunction(
      `destinations.${name}`,
      destination,
      "Pass a function that returns an address on the portal's host.",
    )
  }
  return new Map(entries) as Config['destinations']
}

export function toRateLimit(value: unknown): RateLimit | false {
  if (value === false) return false
  const given = checkPlainObject('rateLimit', value)
  checkNames('rateLimit field', given, ['points', 'durationSeconds'])
  return {
    points: checkNumber('rateLimit.points', given.points, 1, 1_000_000),
    durationSeconds: checkNumber('rateLimit.durationSeconds', given.durationSeconds, 1, 86_400),
  }
}
