import { afterLogin } from './after-login.js'
import { answers } from './answers.js'
import type { CheckGroup } from './check.js'
import { closing } from './closing.js'
import { consoleOutput } from './console-output.js'
import { cookies } from './cookies.js'
import { destinations } from './destinations.js'
import { faults } from './faults.js'
import { functions } from './functions.js'
import { guard } from './guard.js'
import { hostCallback } from './host-callback.js'
import { identity } from './identity.js'
import { jsonSession } from './json-session.js'
import { limits } from './limits.js'
import { linkCookie } from './link-cookie.js'
import { loginAnswers } from './login-answers.js'
import { loginCallback } from './login-callback.js'
import { loginCookie } from './login-cookie.js'
import { loginFaults } from './login-faults.js'
import { loginFlow } from './login-flow.js'
import { loginGuard } from './login-guard.js'
import { loginParams } from './login-params.js'
import { loginPaths } from './login-paths.js'
import { loginRaces } from './login-races.js'
import { loginReturn } from './login-return.js'
import { loginSecrets } from './login-secrets.js'
import { loginSessions } from './login-sessions.js'
import { loginStart } from './login-start.js'
import { loginState } from './login-state.js'
import { logout } from './logout.js'
import { logoutAgain } from './logout-again.js'
import { logoutFaults } from './logout-faults.js'
import { logoutGuard } from './logout-guard.js'
import { origin } from './origin.js'
import { over } from './over.js'
import { portalReturn } from './portal-return.js'
import { raceLogins } from './race-logins.js'
import { races } from './races.js'
import { redirect } from './redirect.js'
import { refusals } from './refusals.js'
import { retry } from './retry.js'
import { returnReport } from './return.js'
import { room } from './room.js'
import { rotation } from './rotation.js'
import { routes } from './routes.js'
import { sessions } from './sessions.js'
import { signIn } from './sign-in.js'
import { undelivered } from './undelivered.js'
import { upstreamRefusals } from './upstream-refusals.js'
import { visitLimits } from './visit-limits.js'

/** The whole suite, in the order of the contract. */
export const groups: readonly CheckGroup[] = [
  redirect,
  linkCookie,
  guard,
  origin,
  signIn,
  afterLogin,
  identity,
  hostCallback,
  limits,
  visitLimits,
  destinations,
  answers,
  jsonSession,
  logout,
  logoutAgain,
  logoutGuard,
  logoutFaults,
  over,
  portalReturn,
  returnReport,
  routes,
  functions,
  sessions,
  closing,
  cookies,
  rotation,
  room,
  races,
  raceLogins,
  undelivered,
  retry,
  faults,
  upstreamRefusals,
  refusals,
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
  consoleOutput,
]
