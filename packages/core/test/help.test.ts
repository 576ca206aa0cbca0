import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PortalSsoError, type PortalSsoErrorCode, STATUS_OF } from '../src/errors.js'
import { createEmitter, type PortalSsoEventDetail } from '../src/events.js'
import { toHelp } from '../src/help.js'

const page = await readFile(new URL('../../../docs/troubleshooting.md', import.meta.url), 'utf8')
const anchors = [...page.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id]) => id)

const codes = Object.keys(STATUS_OF) as PortalSsoErrorCode[]

/** One of each kind that is printed. */
const printed: readonly PortalSsoEventDetail[] = [
  { type: 'misconfigured', setting: 'apiKey', message: 'look at it' },
  { type: 'upstream.failed', operation: 'create', status: 503, attempt: 1, reason: 'busy' },
  { type: 'store.failed', operation: 'begin', reason: 'silence' },
  { type: 'session.orphaned', customerId: 'c1' },
  { type: 'cookie.unreadable', count: 1, reason: 'seal', message: 'cookies' },
]

describe('the page for troubleshooting', () => {
  it.each(codes)('has an anchor for %s, with its status', (code) => {
    expect(anchors).toContain(code)
    expect(page.split(`<a id="${code}"></a>`)[1]).toMatch(
      new RegExp(`^\\n\\n### ${code}\\n\\n\\*\\*${STATUS_OF[code]}\\.\\*\\* `),
    )
  })

  it('has each anchor once, and none for what there is not', () => {
    expect(anchors).toEqual([...codes, ...printed.map(({ type }) => type)])
  })
})

describe('help', () => {
  afterEach(() => void vi.unstubAllGlobals())

  it('is the anchor alone as long as there is no address', () => {
    expect(new PortalSsoError('not_signed_in', 'x').help).toBe('#not_signed_in')
  })

  it('is an address once the build has put it in', async () => {
    vi.stubGlobal('TROUBLESHOOTING', 'https://code.example/docs/troubleshooting.md')
    vi.resetModules()
    const built: typeof import('../src/errors.js') = await import('../src/errors.js')
    expect(new built.PortalSsoError('timeout', 'x').help).toBe(
      'https://code.example/docs/troubleshooting.md#timeout',
    )
  })

  describe('in the log', () => {
    let warned: string[]
    beforeEach(() => {
      warned = []
      vi.spyOn(console, 'warn').mockImplementation((line) => void warned.push(line))
    })
    afterEach(() => void vi.restoreAllMocks())

    it.each(printed)('stands at the end of the line for $type', (event) => {
      createEmitter({ site: 'acme', now: () => 0, onEvent: undefined })(event)
      expect(warned).toEqual([expect.stringMatching(/ \(see #[a-z.]+\)$/)])
      expect(warned[0]).toContain(`(see ${toHelp(event.type)})`)
    })
  })
})
