import type { ChargebeeFailure } from '../chargebee/failure.js'
import { toHint } from '../chargebee/hints.js'
import { PortalSsoError } from '../errors.js'
import type { Operation } from '../events.js'
import { toPortalSsoError } from '../sessions/failed-call.js'
import type { Check } from './report.js'

const WAY_THERE =
  'Look at what stands between: firewall, name server, proxy. Calls go straight to Chargebee; HTTPS_PROXY is not looked at.'

/** What hints name as options, as the doctor reads them. */
const VARIABLES_OF: Readonly<Record<string, string>> = {
  site: 'CHARGEBEE_SITE',
  apiKey: 'CHARGEBEE_API_KEY',
  apiUrl: 'CHARGEBEE_API_URL',
  baseUrl: 'PORTAL_SSO_BASE_URL',
  'site and apiUrl': 'CHARGEBEE_SITE and CHARGEBEE_API_URL',
}

/** What a failed call means to whoever has to mend it. */
export function toWrong(name: string, failure: ChargebeeFailure, operation: Operation): Check {
  const hint = toHint(failure, operation)
  const refusal = toPortalSsoError(failure)
  return {
    name,
    outcome: 'wrong',
    text: `${spell(failure)}${hint ? `; ${hint.message}` : ''}`,
    mend: hint ? `Check ${VARIABLES_OF[hint.setting] ?? hint.setting}.` : toMend(failure),
    ...(refusal instanceof PortalSsoError && { help: refusal.help }),
  }
}

/** In codes, as for a fact: `404 resource_not_found`. */
export function spell({ kind, status, apiErrorCode, errorCode, networkCode }: ChargebeeFailure): string {
  const code = apiErrorCode ?? networkCode
  const more = errorCode !== undefined && errorCode !== apiErrorCode ? `(${errorCode})` : undefined
  const words = [status || undefined, code, more].filter((word) => word !== undefined)
  if (kind === 'timeout') return ['no answer in time', ...words].join(' ')
  return words.length > 0 ? words.join(' ') : kind
}

function toMend({ kind, status }: ChargebeeFailure): string {
  switch (kind) {
    case 'timeout':
    case 'network':
      return WAY_THERE
    case 'busy':
      return status === 429
        ? "The site's limit of calls is used up, which all of your systems share. Wait a minute and try again."
        : 'Chargebee can not answer now: see its status page, and try again later.'
    default:
      return 'What answers there is not the API of Chargebee: look at CHARGEBEE_API_URL, and at what stands between.'
  }
}
