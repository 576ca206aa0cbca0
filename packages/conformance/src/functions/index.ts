import type { CheckGroup } from '../kit/check.js'
import { closing } from './closing.js'
import { functions } from './functions.js'
import { sessions } from './sessions.js'

/** The functions on the middleware. */
export const functionsGroups: readonly CheckGroup[] = [functions, sessions, closing]
