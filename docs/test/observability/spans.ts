import { subscribe } from 'node:diagnostics_channel'
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { PortalSsoCall } from '@portal-sso/express'

/** Every call to Chargebee as a span, below that of the request that it was made for. */
export function tracePortalCalls(): void {
  const tracer = trace.getTracer('portal-sso')
  subscribe('portal-sso.call', (message) => {
    const { site, operation, attempt, status, ms, waitedMs, reason } = message as PortalSsoCall
    const endTime = Date.now()
    const span = tracer.startSpan(`chargebee ${operation}`, {
      kind: SpanKind.CLIENT,
      startTime: endTime - ms,
      attributes: {
        'chargebee.site': site,
        'http.response.status_code': status,
        'http.request.resend_count': attempt - 1,
        'portal_sso.waited_ms': waitedMs,
      },
    })
    if (reason !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: reason })
    span.end(endTime)
  })
}
