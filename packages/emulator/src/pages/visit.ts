import type { EmulatorCustomer, EmulatorSubscription } from '../site/customer.js'
import type { PortalSessionRecord } from '../site/portal-sessions.js'
import type { SectionType } from './sections.js'

/** Something that a callback of Chargebee.js is told. */
export interface News {
  /** Name of the callback. */
  readonly callback: string
  readonly status?: 'success'
  readonly subscriptionId?: string
}

/** One request of a customer who is signed in to the portal. */
export interface PortalVisit {
  readonly site: string
  readonly customer: EmulatorCustomer
  readonly session: PortalSessionRecord
  readonly section: SectionType
  /** Of the sections of a subscription. */
  readonly subscription?: EmulatorSubscription
  /** The page is in a frame of another page. */
  readonly framed: boolean
  /** What happened since the last page. */
  readonly news: readonly News[]
}
