import type { ChargebeeApi } from '../chargebee/api.js'
import type { HopCookie } from '../cookies/hop-cookie.js'
import type { BegunLogins } from '../cookies/login-state.js'
import type { SessionJar } from '../cookies/session-jar.js'
import type { Emit } from '../events.js'
import type { Config } from '../options/options.js'
import type { SessionStore } from '../session-store.js'
import type { ActivateLimit } from '../state/activate-limit.js'
import type { Logins } from '../state/login-keys.js'
import type { Passages } from '../state/passage.js'
import type { RequestLimiter } from '../state/rate-limit.js'
import type { Recently } from '../state/recently.js'
import type { RetryWorker } from '../state/retry-worker.js'
import type { SessionEnder } from '../state/session-ender.js'
import type { Clock } from '../time/clock.js'
import type { Lately } from '../time/lately.js'

/** What is built once per middleware, for every action to use. */
export interface Context {
  readonly config: Config
  readonly api: ChargebeeApi
  readonly jar: SessionJar
  readonly begunLogins: BegunLogins
  readonly hopCookie: HopCookie
  readonly ender: SessionEnder
  readonly worker: RetryWorker
  readonly passages: Passages
  readonly logins: Logins
  readonly limiter: RequestLimiter
  readonly store: SessionStore
  /** How it went lately with the store. */
  readonly storeLately: () => Lately
  readonly activateLimit: ActivateLimit
  /** For the way back from the portal. */
  readonly recently: Recently
  readonly emit: Emit
  readonly clock: Clock
  /** Work that no request waits for, but `close()` does. */
  readonly inBackground: (work: Promise<unknown>) => void
  /** `close()` was called: no new work is taken. */
  readonly isClosing: () => boolean
}
