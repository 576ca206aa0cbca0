import type { CheckGroup } from '../kit/check.js'
import { raceLogins } from './logins.js'
import { races } from './races.js'
import { replaced } from './replaced.js'
import { undelivered } from './undelivered.js'

/** Requests that overlap, and browsers that go away. */
export const racesGroups: readonly CheckGroup[] = [races, raceLogins, undelivered, replaced]
