// What our middleware adds to a request that is not ours: called directly, against one that does nothing.
import { portalSso } from '@portal-sso/express'
import express from 'express'
import { configuration, serveParent } from '../lib/role.mjs'

const middleware = portalSso({
  getCustomerId: () => null,
  site: 'bench-test',
  apiKey: 'test_bench',
  apiUrl: `https://localhost:${configuration.apiPort}`,
  baseUrl: 'https://shop.example',
})

/** @type {import('express').RequestHandler} */
const noop = (_req, _res, next) => next()

// Express's own request objects, of which ours reads `path` and `originalUrl`; by then the router has parsed the URL.
const requests = [
  '/',
  '/products?page=2',
  '/products/blue-shirt-17',
  '/portal',
  '/assets/app.js',
  '/cart/',
].map((url) => {
  const own = { url, originalUrl: url, method: 'GET', headers: {} }
  const request = Object.assign(Object.create(express.request), own)
  if (request.path === undefined) throw new Error('a request without a path')
  return request
})

/**
 * @param {import('express').RequestHandler} handler
 * @param {number} calls
 * @returns {number} microseconds per call
 */
function time(handler, calls) {
  let passed = 0
  const next = () => {
    passed++
  }
  const response = Object.create(express.response)
  const start = performance.now()
  for (let index = 0; index < calls; index++) handler(requests[index % requests.length], response, next)
  const ms = performance.now() - start
  if (passed !== calls) throw new Error(`${calls - passed} requests did not go on`)
  return (ms * 1000) / calls
}

serveParent({
  /** @returns {{ ours: number, noop: number }[]} microseconds per call */
  run({ runs, calls }) {
    time(noop, calls)
    time(middleware, calls)
    return Array.from({ length: runs }, () => ({ noop: time(noop, calls), ours: time(middleware, calls) }))
  },
})
