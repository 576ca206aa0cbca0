import { expect, test } from 'vitest'
import { toReturnPath } from '../../shared/src/return-path.js'

// The pieces of every known way to leave a host with something that looks like a path.
const pieces = [
  '/',
  '\\',
  '\t',
  '\n',
  '\u0000',
  ' ',
  '.',
  '%2e',
  '%2f',
  '%5c',
  ':',
  '@',
  '?',
  '#',
  'evil.example',
  'https:',
]
const origin = 'https://app.example'

test('no combination of pieces leads off the host', () => {
  let accepted = 0
  for (const value of combinations(5)) {
    const path = toReturnPath(value, 'refused')
    if (path === 'refused') continue
    accepted += 1
    // One expect() for each of a million values would take minutes.
    if (new URL(path, origin).origin !== origin || !/^\/(?!\/)[!-~]*$/.test(path)) {
      expect.unreachable(`${JSON.stringify(value)} became ${JSON.stringify(path)}`)
    }
  }
  expect(accepted).toBeGreaterThan(10_000)
})

test.each([
  ['/account', '/account'],
  ['/portal_link?after=login', '/portal_link?after=login'],
  [
    '/portal_link?to=edit-subscription&subscription_id=a%26b',
    '/portal_link?to=edit-subscription&subscription_id=a%26b',
  ],
  ['/a/../b#c', '/b#c'],
])('a path of the host is kept: %s', (value, path) => {
  expect(toReturnPath(value, '/')).toBe(path)
})

test.each([
  undefined,
  null,
  '',
  'account',
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/.//evil.example',
  'javascript:alert(1)',
  ['/account'],
  { toString: () => '/account' },
])('anything else becomes the fallback: %j', (value) => {
  expect(toReturnPath(value, '/fallback')).toBe('/fallback')
})

function* combinations(length: number): Generator<string> {
  yield ''
  if (length > 0) for (const rest of combinations(length - 1)) for (const piece of pieces) yield piece + rest
}
