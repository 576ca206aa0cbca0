import { faultsGroups } from './faults/index.js'
import { functionsGroups } from './functions/index.js'
import type { CheckGroup } from './kit/check.js'
import { linkGroups } from './link/index.js'
import { loginGroups } from './login/index.js'
import { logoutGroups } from './logout/index.js'
import { racesGroups } from './races/index.js'
import { rememberingGroups } from './remembering/index.js'

/** The whole suite. The group that runs alone is the last one: what runs at once is not cut in two by it. */
export const groups: readonly CheckGroup[] = [
  ...linkGroups,
  ...logoutGroups,
  ...functionsGroups,
  ...rememberingGroups,
  ...racesGroups,
  ...loginGroups,
  ...faultsGroups,
]
