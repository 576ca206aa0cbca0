import type { CheckGroup } from '../kit/check.js'
import { cookies } from './cookies.js'
import { linkCookie } from './link-cookie.js'
import { loginIds } from './login-ids.js'
import { room } from './room.js'
import { rotation } from './rotation.js'
import { unreadable } from './unreadable.js'

/** What a browser keeps between requests. */
export const rememberingGroups: readonly CheckGroup[] = [
  linkCookie,
  cookies,
  unreadable,
  loginIds,
  rotation,
  room,
]
