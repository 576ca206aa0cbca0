import { createChargebeeApi } from '../chargebee/api.js'
import { createHopCookie } from '../cookies/hop-cookie.js'
import { createBegunLogins } from '../cookies/login-state.js'
import { createSessionJar } from '../cookies/session-jar.js'
import { createEmitter, type Emit } from '../events.js'
import type { InFlight } from '../in-flight.js'
import type { Config } from '../options/options.js'
import { createActivateLimit } from '../state/activate-limit.js'
import { createIntents } from '../state/intents.js'
import { createLogins } from '../state/login-keys.js'
import { createMemoryStore, OF_ONE_PROCESS } from '../state/memory-store.js'
import { createPassages } from '../state/passage.js'
import { createRequestLimiter } from '../state/rate-limit.js'
import { createRecently } from '../state/recently.js'
import { createRetryWorker } from '../state/retry-worker.js'
import { createSessionEnder } from '../state/session-ender.js'
import { createVanishedCreates } from '../state/vanished-creates.js'
import { watchStore } from '../state/watched-store.js'
import type { Clock } from '../time/clock.js'
import type { Context } from './context.js'
import { leaseOf } from './end-sessions.js'

// What is over or put off may take as long as this to be told to the store; no answer waits for it.
const STORE_WITHIN = { withinMs: 5_000 }
// A create that is not over by then has lost its process.
const CREATE_SLACK_MS = 7_000

/** Builds everything that requests share, once for each middleware. */
export function createContext(config: Config, clock: Clock, { inBackground, isClosing }: InFlight): Context {
  const { site, secrets, onEvent, logoutTimeoutMs, maxSessions } = config
  const { now } = clock
  const emit = createEmitter({ site, now, onEvent })
  warnOfPort(config, emit)
  const api = createChargebeeApi({ site, apiKey: config.apiKey, apiUrl: config.apiUrl, emit, clock })
  const opened = config.store?.open({ site, emit }) ?? createMemoryStore({ now, limits: OF_ONE_PROCESS })
  const { store, lately: storeLately } = watchStore(opened, clock)
  const ender = createSessionEnder({
    api,
    emit,
    timeoutMs: logoutTimeoutMs,
    clock,
    forget: async ({ id, owners }) =>
      inBackground(store.forget({ sessions: [id] }, owners, STORE_WITHIN).catch(() => {})),
    async postpone({ id, owners }, by, inMs) {
      await store.postpone({ kind: 'session', id, owners, note: by }, inMs, STORE_WITHIN)
      worker.wake(inMs)
    },
  })
  const intents = createIntents(secrets.jar)
  const settle = createVanishedCreates({
    store,
    api,
    ender,
    intents,
    emit,
    clock,
    timeoutMs: logoutTimeoutMs,
  })
  const worker = createRetryWorker({ store, ender, settle, emit, clock, leaseMs: leaseOf(config) })
  const passages = createPassages({
    store,
    intents,
    inBackground,
    clock,
    leaseMs: config.timeoutMs + CREATE_SLACK_MS,
    keptMs: logoutTimeoutMs,
  })
  const cookieSettings = { site, secure: config.baseUrl.secure, emit, now }
  return {
    config,
    api,
    emit,
    clock,
    jar: createSessionJar({ ...cookieSettings, secrets: secrets.jar, maxSessions }),
    begunLogins: createBegunLogins({ ...cookieSettings, secrets: secrets.loginState }),
    hopCookie: createHopCookie({ ...cookieSettings, secrets: secrets.jar }),
    ender,
    worker,
    passages,
    logins: createLogins({ ...config, clock }),
    store,
    storeLately,
    limiter: createRequestLimiter(config.rateLimit, store),
    activateLimit: createActivateLimit(clock),
    recently: createRecently(clock),
    inBackground,
    isClosing,
  }
}

function warnOfPort({ baseUrl, login }: Config, emit: Emit): void {
  if (baseUrl.takesReturn) return
  emit({
    type: 'misconfigured',
    setting: 'baseUrl',
    message: `Chargebee sends customers back to ports 443, 80, 8443 and 8080 only; run on 8080 to be brought back from the portal${login ? ', and to sign in there at all' : ''}`,
  })
}
