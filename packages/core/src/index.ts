export type { Route } from './context.js'
export type { CreateSessionParameters } from './create-session.js'
export { PortalSsoError, type PortalSsoErrorCode, type PortalSsoErrorInit } from './errors.js'
export type { Operation, PortalSsoEvent } from './events.js'
export { type Content, type PortalRequest, type PortalResponse, toPortalRequest } from './http.js'
export type { LogoutResult } from './logout.js'
export {
  type CustomerId,
  type LoginOptions,
  NO_CUSTOMER,
  type PortalSsoOptions,
  type RateLimit,
  type RoutePath,
  type Routes,
} from './options.js'
export type { PortalSession, PublicPortalSession } from './portal-session.js'
export { createPortalSso, type PortalFunctions, type PortalSso } from './portal-sso.js'
