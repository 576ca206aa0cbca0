import { html, refusal } from './bodies.ts'
import type { Effect, Fault } from './fault.ts'
import type { Turn } from './fault-server.ts'

const THE_SITE = /site/
const THE_KEY = /apiKey/
const ANY_SETTING = /./

// A date has whole seconds: two ahead leave at least one.
const inTwoSeconds = ({ clock }: Turn) => new Date(clock.now() + 2_000).toUTCString()

// Room for the waits that Chargebee asks for.
const PATIENT_MS = 6_000

/** Answers that say no, in Chargebee's words and in those of what stands before it. */
export const STATUS_FAULTS: readonly Fault[] = [
  refused(400, () => refusal(400, 'configuration_incompatible'), THE_SITE, '400'),
  refused(
    400,
    () => refusal(400, 'invalid_request', { errorCode: 'UNSUPPORTED_PORT' }),
    /baseUrl/,
    '400 (port)',
  ),
  refused(400, () => html(400), ANY_SETTING, '400 (HTML)'),
  refused(401, () => refusal(401, 'api_authentication_failed'), THE_KEY),
  refused(401, () => html(401), THE_KEY, '401 (HTML)'),
  refused(403, () => refusal(403, 'api_authorization_failed'), THE_KEY),
  refused(403, () => html(403), THE_KEY, '403 (HTML)'),
  answer('404 (JSON, customer or session)', { is: 'unknown' }, () => refusal(404, 'resource_not_found')),
  refused(404, () => html(404), THE_SITE, '404 (HTML)'),
  refused(404, () => refusal(404, 'site_not_found'), THE_SITE, '404 (JSON, site)'),
  refused(405, () => refusal(405, 'http_method_not_supported'), ANY_SETTING),
  busy(409, () => refusal(409, 'invalid_state_for_request')),
  refused(422, () => refusal(422, 'unable_to_process_request'), ANY_SETTING),
  {
    ...busy(429, () => tooMany('1'), '429 (Retry-After: 1)', { waitMs: 1_000 }),
    timeoutMs: PATIENT_MS,
  },
  {
    ...busy(429, (turn) => tooMany(inTwoSeconds(turn)), '429 (Retry-After: a date in 2 s)', { waitMs: 900 }),
    timeoutMs: PATIENT_MS,
  },
  busy(429, () => tooMany('3600'), '429 (Retry-After: 3600)', { isFinal: true }),
  busy(429, () => tooMany('soon'), '429 (Retry-After: soon)', { isFinal: true }),
  busy(429, () => tooMany(undefined), '429 (no Retry-After)', { isFinal: true }),
  busy(500, () => refusal(500, 'internal_error')),
  busy(502, () => html(502), '502 (HTML)'),
  busy(503, () => refusal(503, 'internal_temporary_error')),
  busy(503, () => html(503), '503 (HTML)'),
  busy(504, () => html(504), '504 (HTML)'),
]

function tooMany(retryAfter: string | undefined): Buffer {
  const headers = retryAfter === undefined ? {} : { 'Retry-After': retryAfter }
  return refusal(429, 'api_request_limit_exceeded', { headers })
}

function refused(
  status: number,
  bytes: (turn: Turn) => Buffer,
  setting: RegExp,
  name = String(status),
): Fault {
  return answer(name, { is: 'refused', status, setting }, bytes)
}

function busy(
  status: number,
  bytes: (turn: Turn) => Buffer,
  name = String(status),
  more: { readonly isFinal?: true; readonly waitMs?: number } = {},
): Fault {
  return answer(name, { is: 'busy', status, ...more }, bytes)
}

/** What Chargebee says to an id and a token that somebody has made up is not documented. */
function toEffectOnActivate(effect: Effect): Effect {
  if (effect.is === 'unknown' || ('status' in effect && [400, 409].includes(effect.status))) {
    return { is: 'denied' }
  }
  const isTelling = effect.is !== 'refused' || effect.status === 404
  return isTelling ? effect : { is: 'refused', status: effect.status }
}

function answer(name: string, effect: Effect, bytes: (turn: Turn) => Buffer): Fault {
  return {
    name,
    effect,
    misbehave: (turn) => void turn.socket.write(bytes(turn)),
    effects: { activate: toEffectOnActivate(effect) },
  }
}
