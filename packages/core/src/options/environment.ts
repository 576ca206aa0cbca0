/** Globals of Node that some test environments remove or replace. */
const NEEDED = [
  'Request',
  'Headers',
  'URL',
  'URLSearchParams',
  'TextEncoder',
  'TextDecoder',
  'crypto',
] as const

/**
 * @throws TypeError in an environment in which sessions could be opened and not be ended: what is sealed with Node's
 * own bytes does not open where `Uint8Array` is another one's
 */
export function checkEnvironment(): void {
  const missing: string[] = NEEDED.filter((name) => globalThis[name] === undefined)
  if (!(Buffer.alloc(0) instanceof Uint8Array)) missing.push('Uint8Array')
  if (missing.length === 0) return
  throw new TypeError(
    `portalSso() runs on Node and misses Node's own ${missing.join(', ')}. In a test environment that looks like a ` +
      'browser (jsdom), run the tests of your server in the one for Node: "@jest-environment node" at the top of the ' +
      'file, "@vitest-environment node" with Vitest.',
  )
}
