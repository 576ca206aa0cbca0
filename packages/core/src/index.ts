export type { SessionsOf } from './actions/end-sessions-of.js'
export type { PortalHealth } from './actions/health.js'
export type { HostSignOut } from './actions/host-sign-out.js'
export type { LogoutResult } from './actions/portal-logout.js'
export type { CreateSessionParameters } from './actions/portal-session.js'
export type { PortalSsoCall } from './chargebee/call-trace.js'
export type { PortalSession, PublicPortalSession } from './chargebee/portal-session.js'
export { PortalSsoError, type PortalSsoErrorCode, type PortalSsoErrorInit } from './errors.js'
export type { EndedBy, Operation, PortalSsoEvent } from './events.js'
export { type Content, type PortalRequest, type PortalResponse, toPortalRequest } from './http/http.js'
export { toPathname } from './http/route-table.js'
export type { Route } from './http/visit.js'
export {
  type CustomerId,
  type LoginOptions,
  NO_CUSTOMER,
  type PortalSsoOptions,
  type RateLimit,
  type RoutePath,
  type Routes,
} from './options/options.js'
export type { PagesOptions } from './options/pages.js'
export { createPortalSso, type PortalFunctions, type PortalSso } from './portal-sso.js'
export {
  type Begun,
  type Closed,
  type Closing,
  type Counter,
  type Create,
  type Due,
  JUST_REMEMBERED_MS,
  type Moment,
  type Owner,
  type SessionStore,
  type SharedStore,
  type StoredSession,
  StoreFailure,
  type StoreSettings,
  type Within,
} from './session-store.js'
export { memoryStore } from './state/memory-store.js'
export type { LastFailure, Lately } from './time/lately.js'
