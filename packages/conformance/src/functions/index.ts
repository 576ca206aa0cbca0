import type { CheckGroup } from '../kit/check.js'
import { closing } from './closing.js'
import { endSessions } from './end-sessions.js'
import { functions } from './functions.js'
import { health } from './health.js'
import { onSignOut } from './on-sign-out.js'
import { sessions } from './sessions.js'

/** The functions on the middleware. */
export const functionsGroups: readonly CheckGroup[] = [
  functions,
  onSignOut,
  sessions,
  endSessions,
  health,
  closing,
]
