import type { CheckGroup } from '../kit/check.js'
import { loginAnswers } from './answers.js'
import { loginCallback } from './callback.js'
import { loginCookie } from './cookie.js'
import { loginFaults } from './faults.js'
import { loginFlow } from './flow.js'
import { loginGuard } from './guard.js'
import { loginParams } from './params.js'
import { loginPaths } from './paths.js'
import { loginRaces } from './races.js'
import { loginReturn } from './return.js'
import { loginSecrets } from './secrets.js'
import { loginSessions } from './sessions.js'
import { loginStart } from './start.js'
import { loginState } from './state.js'
import { loginStrangers } from './strangers.js'

/** Chargebee login: `GET /portal_login` and `GET /portal_callback/{state}`. */
export const loginGroups: readonly CheckGroup[] = [
  loginStart,
  loginFlow,
  loginGuard,
  loginState,
  loginCookie,
  loginPaths,
  loginParams,
  loginAnswers,
  loginFaults,
  loginCallback,
  loginReturn,
  loginSessions,
  loginRaces,
  loginSecrets,
  loginStrangers,
]
