import type { CheckGroup } from '../kit/check.js'
import { logoutAgain } from './again.js'
import { logoutFaults } from './faults.js'
import { logoutGuard } from './guard.js'
import { logout } from './logout.js'
import { over } from './over.js'
import { portalReturn } from './return-redirect.js'
import { returnReport } from './return-report.js'
import { visitLimits } from './visit-limits.js'

/** The ways out: `/portal_logout`, and coming back from the portal. */
export const logoutGroups: readonly CheckGroup[] = [
  logout,
  logoutAgain,
  logoutGuard,
  logoutFaults,
  over,
  portalReturn,
  returnReport,
  visitLimits,
]
