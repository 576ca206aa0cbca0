import { subscribe } from 'node:diagnostics_channel'
import { metrics } from '@opentelemetry/api'
import type { PortalSsoCall, PortalSsoEvent } from '@portal-sso/express'

/** How long calls to Chargebee take, and how often what happens. Without ids, of which there are too many. */
export function countPortal(): void {
  const meter = metrics.getMeter('portal-sso')
  const duration = meter.createHistogram('portal_sso.call.duration', { unit: 's' })
  const events = meter.createCounter('portal_sso.events')
  subscribe('portal-sso.call', (message) => {
    const { site, operation, status, ms } = message as PortalSsoCall
    duration.record(ms / 1000, { site, operation, status })
  })
  subscribe('portal-sso.event', (message) => {
    const { site, type } = message as PortalSsoEvent
    events.add(1, { site, type })
  })
}
