import { describe, expect, it } from 'vitest'
import {
  isBrowser,
  isForeign,
  isNavigation,
  isSpeculative,
  originOfPost,
} from '../../src/http/request-guard.js'

describe('isSpeculative', () => {
  it.each([
    { 'sec-purpose': 'prefetch' },
    { 'sec-purpose': 'prefetch;prerender' },
    { 'sec-purpose': 'prefetch;anonymous-client-ip' },
    { purpose: 'prefetch' },
    { 'x-purpose': 'preview' },
    { 'x-sec-purpose': 'Prefetch' },
    { 'x-moz': 'prefetch' },
    { 'next-router-prefetch': '1' },
    { 'hx-preloaded': 'true' },
  ])('%o', (headers) => {
    expect(isSpeculative(headers)).toBe(true)
  })
  it.each([{}, { 'sec-purpose': '' }, { purpose: 'something' }, { 'sec-fetch-mode': 'navigate' }])(
    'not %o',
    (headers) => {
      expect(isSpeculative(headers)).toBe(false)
    },
  )
})

describe('isBrowser', () => {
  it.each(['text/html', 'application/json, text/html;q=0.5', 'TEXT/HTML,*/*'])('%s', (accept) => {
    expect(isBrowser({ accept })).toBe(true)
  })
  it.each(['*/*', 'text/*', 'text/html-fragment', 'application/x-text/html', ''])('not %j', (accept) => {
    expect(isBrowser({ accept })).toBe(false)
  })
  it('not without Accept', () => {
    expect(isBrowser({})).toBe(false)
  })
})

describe('isNavigation', () => {
  const html = { accept: 'text/html' }
  it.each([
    { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'empty' },
    { 'sec-fetch-mode': 'navigate' },
    { 'sec-fetch-dest': 'document' },
    html,
  ])('%o', (headers) => {
    expect(isNavigation(headers)).toBe(true)
  })
  it.each([
    { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe', ...html },
    { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'frame', ...html },
    { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', ...html },
    { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'document', ...html },
    { 'sec-fetch-mode': 'navigate, navigate', ...html },
    { 'sec-fetch-mode': '', ...html },
    { accept: '*/*' },
    {},
  ])('not %o', (headers) => {
    expect(isNavigation(headers)).toBe(false)
  })
})

describe('originOfPost', () => {
  const own = 'https://www.acme.example'
  it.each([
    [{ 'sec-fetch-site': 'same-origin' }, 'same'],
    [{ 'sec-fetch-site': 'same-origin', origin: 'null' }, 'same'],
    [{ 'sec-fetch-site': 'same-site', origin: own }, 'other'],
    [{ 'sec-fetch-site': 'cross-site', origin: own }, 'other'],
    [{ 'sec-fetch-site': 'none' }, 'other'],
    [{ 'sec-fetch-site': '' }, 'other'],
    [{ origin: own }, 'same'],
    [{ origin: `${own}.evil.example` }, 'other'],
    [{ origin: 'http://www.acme.example' }, 'other'],
    [{ origin: 'null' }, 'hidden'],
    [{}, 'unstated'],
  ])('%o: %s', (headers, expected) => {
    expect(originOfPost(headers, own)).toBe(expected)
  })
})

describe('isForeign', () => {
  const own = 'https://www.acme.com'
  it.each([
    [{}, false],
    [{ 'sec-fetch-site': 'same-origin' }, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, true],
    // No browser says these.
    [{ 'sec-fetch-site': '' }, true],
    [{ 'sec-fetch-site': 'same-origin, same-origin' }, true],
    [{ 'sec-fetch-site': 'cross-site', referer: 'https://www.acme.com/account' }, false],
    [{ 'sec-fetch-site': 'cross-site', referer: 'https://acme.com/' }, true],
    [{ 'sec-fetch-site': 'cross-site', referer: 'http://www.acme.com/' }, true],
    [{ 'sec-fetch-site': 'cross-site', referer: 'https://evil.example/?https://www.acme.com/' }, true],
    [{ 'sec-fetch-site': 'cross-site', referer: 'about:client' }, true],
    [{ 'sec-fetch-site': 'cross-site', referer: 'x' }, true],
  ])('%o: %s', (headers, expected) => {
    expect(isForeign(headers, own)).toBe(expected)
  })
})
