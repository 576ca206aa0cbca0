import { memoryStore } from '@portal-sso/core'
import { app as appWithUsers } from './express.ts'

export const app = appWithUsers
/** As `redisStore()` gives it. */
export const store = memoryStore()
