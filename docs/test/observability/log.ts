import { subscribe } from 'node:diagnostics_channel'
import type { PortalSsoEvent } from '@portal-sso/express'
import type { Logger } from 'pino'

const WARNINGS: readonly string[] = [
  'misconfigured',
  'upstream.failed',
  'store.failed',
  'session.pending',
  'session.orphaned',
]

/** Every event as a line of the log. */
export function logPortalEvents(log: Logger): void {
  subscribe('portal-sso.event', (message) => {
    const event = message as PortalSsoEvent
    const level = WARNINGS.includes(event.type) ? 'warn' : 'info'
    log[level]({ portal: event }, event.type)
  })
}
