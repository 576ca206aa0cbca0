import type { CheckGroup } from '../kit/check.js'
import { afterLogin } from './after-login.js'
import { answers } from './answers.js'
import { destinations } from './destinations.js'
import { foreign } from './foreign.js'
import { guard } from './guard.js'
import { hostCallback } from './host-callback.js'
import { identity } from './identity.js'
import { jsonSession } from './json-session.js'
import { limits } from './limits.js'
import { origin } from './origin.js'
import { redirect } from './redirect.js'
import { routes } from './routes.js'
import { signIn } from './sign-in.js'

/** The ways to a portal session: `GET /portal_link` and `POST /portal_session`, step by step. */
export const linkGroups: readonly CheckGroup[] = [
  redirect,
  guard,
  foreign,
  origin,
  signIn,
  afterLogin,
  identity,
  hostCallback,
  limits,
  destinations,
  answers,
  jsonSession,
  routes,
]
