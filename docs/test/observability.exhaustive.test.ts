import { channel } from 'node:diagnostics_channel'
import { Writable } from 'node:stream'
import { context, metrics, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { startEmulator } from '@portal-sso/emulator'
import express from 'express'
import pino from 'pino'
import request from 'supertest'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { logPortalEvents } from './observability/log.js'
import { countPortal } from './observability/metrics.js'
import { tracePortalCalls } from './observability/spans.js'
import { createApp } from './recipes/app.js'

const click = {
  accept: 'text/html',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
}

const spans = new InMemorySpanExporter()
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }))
context.setGlobalContextManager(new AsyncLocalStorageContextManager())

const points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 2 ** 31 - 1 })
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))

const lines: string[] = []
const log = pino(new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) }))

logPortalEvents(log)
tracePortalCalls()
countPortal()

const emulator = await startEmulator()
const { site, apiKey, apiUrl, portalUrl } = emulator
const { app, portal } = createApp({
  ...{ site, apiKey, apiUrl, portalUrl, baseUrl: 'http://localhost:8080' },
  onEvent: false,
})

beforeEach(() => {
  emulator.reset()
  spans.reset()
  lines.length = 0
})
afterAll(async () => {
  await portal.close()
  await reader.shutdown()
  await emulator.close()
})

async function openAndSignOut(): Promise<void> {
  const browser = request.agent(app)
  await browser.get('/login').expect(303)
  await browser.get('/portal_link').set(click).expect(303)
  await browser.post('/logout').expect(200)
}

test('the log has a line for each event', async () => {
  await openAndSignOut()
  emulator.fail({ operation: 'create', status: 401 })
  const browser = request.agent(app)
  await browser.get('/login')
  await browser.get('/portal_link').set(click).expect(502)
  expect(lines.map((line) => JSON.parse(line)).map(({ level, msg }) => [level, msg])).toEqual([
    [30, 'session.created'],
    [30, 'session.ended'],
    [40, 'upstream.failed'],
    [40, 'misconfigured'],
    [30, 'request.refused'],
  ])
})

test('each try of a call is a span, with what it failed for', async () => {
  emulator.fail({ operation: 'create', status: 503 })
  await openAndSignOut()
  const seen = spans
    .getFinishedSpans()
    .map(({ name, status, attributes }) => [
      ...[name, attributes['http.response.status_code'], attributes['http.request.resend_count']],
      status.code === SpanStatusCode.ERROR ? status.message : 'ok',
    ])
  expect(seen).toEqual([
    ['chargebee create', 503, 0, 'internal_temporary_error'],
    ['chargebee create', 200, 1, 'ok'],
    ['chargebee logout', 200, 0, 'ok'],
  ])
})

test('a span stands below that of its request, with many at once', async () => {
  const tracer = trace.getTracer('instrumentation of Express')
  const parents: string[] = []
  const instrumented = express()
  instrumented.use((req, _res, next) => {
    const span = tracer.startSpan(`${req.method} ${req.path}`)
    if (req.path === '/portal_link') parents.push(span.spanContext().spanId)
    context.with(trace.setSpan(context.active(), span), next)
  })
  instrumented.use(app)
  const browsers = Array.from({ length: 5 }, () => request.agent(instrumented))
  await Promise.all(browsers.map((browser) => browser.get('/login').expect(303)))
  await Promise.all(browsers.map((browser) => browser.get('/portal_link').set(click).expect(303)))
  const created = spans.getFinishedSpans().filter(({ name }) => name === 'chargebee create')
  expect(created.map(({ parentSpanContext }) => parentSpanContext?.spanId).sort()).toEqual(parents.sort())
})

test('the metrics have the time of calls and the number of events', async () => {
  await openAndSignOut()
  await reader.forceFlush()
  const [metric] = points.getMetrics().slice(-1)
  const all = metric?.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
  expect(all.map(({ descriptor }) => descriptor.name)).toEqual([
    'portal_sso.call.duration',
    'portal_sso.events',
  ])
  const attributes = all.flatMap(({ dataPoints }) => dataPoints.map((point) => point.attributes))
  expect(attributes).toContainEqual({ site, operation: 'create', status: 200 })
  expect(attributes).toContainEqual({ site, type: 'session.ended' })
})

test('nothing of it holds a secret', async () => {
  const messages: unknown[] = []
  for (const name of ['portal-sso.call', 'portal-sso.event'])
    channel(name).subscribe((message) => messages.push(message))
  await openAndSignOut()
  const said = JSON.stringify([messages, lines, spans.getFinishedSpans().map(({ attributes }) => attributes)])
  expect(messages.length).toBeGreaterThan(3)
  for (const { token, access_url } of emulator.sessions()) {
    for (const secret of [apiKey, token, access_url]) expect(said).not.toContain(secret)
  }
})
