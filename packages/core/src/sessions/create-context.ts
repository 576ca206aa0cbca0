import { createChargebeeApi } from '../chargebee/api.js'
import { createHopCookie } from '../cookies/hop-cookie.js'
import { createBegunLogins } from '../cookies/login-state.js'
import { createSessionJar } from '../cookies/session-jar.js'
import { createEmitter, type Emit } from '../events.js'
import type { InFlight } from '../in-flight.js'
import type { Config } from '../options/options.js'
import { createActivateLimit } from '../state/activate-limit.js'
import { createFence } from '../state/fence.js'
import { createLogins } from '../state/login-keys.js'
import { createMemoryStore, OF_ONE_PROCESS } from '../state/memory-store.js'
import { createRequestLimiter } from '../state/rate-limit.js'
import { createRecently } from '../state/recently.js'
import { createSessionEnder } from '../state/session-ender.js'
import type { Clock } from '../time/clock.js'
import type { Context } from './context.js'

/** Builds everything that requests share, once for each middleware. */
export function createContext(config: Config, clock: Clock, { inBackground, isClosing }: InFlight): Context {
  const { site, secrets, onEvent, logoutTimeoutMs, maxSessions } = config
  const { now } = clock
  const emit = createEmitter({ site, now, onEvent })
  warnOfPort(config, emit)
  const api = createChargebeeApi({ site, apiKey: config.apiKey, apiUrl: config.apiUrl, emit, clock })
  const store = createMemoryStore({ now, limits: OF_ONE_PROCESS })
  const cookieSettings = { site, secure: config.baseUrl.secure, emit, now }
  return {
    config,
    api,
    emit,
    clock,
    jar: createSessionJar({ ...cookieSettings, secrets: secrets.jar, maxSessions }),
    begunLogins: createBegunLogins({ ...cookieSettings, secrets: secrets.loginState }),
    hopCookie: createHopCookie({ ...cookieSettings, secrets: secrets.jar }),
    ender: createSessionEnder({ api, emit, timeoutMs: logoutTimeoutMs, clock }),
    fence: createFence(clock),
    logins: createLogins({ ...config, clock }),
    store,
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
