export type { Operation, OperationPattern } from './api/operations.js'
export type { EmulatorCall } from './control/call-log.js'
export type { FaultKind, FaultRule } from './control/faults.js'
export { type Emulator, startEmulator } from './emulator.js'
export type { EmulatorOptions } from './options.js'
export type { ApiOptions } from './site/api-options.js'
export type {
  EmulatorCustomer,
  EmulatorInvoice,
  EmulatorSubscription,
  LinkedCustomer,
} from './site/customer.js'
export type { LoginOptions } from './site/login-options.js'
export type { PortalSession, PortalSessionRecord, PortalSessionStatus } from './site/portal-sessions.js'
