import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEmitter, type PortalSsoEvent } from '../src/events.js'

const orphan = { type: 'session.orphaned', customerId: 'c1', sessionId: 'portal_1' } as const
const failure = {
  type: 'upstream.failed',
  operation: 'create',
  status: 503,
  attempt: 1,
  reason: 'busy',
} as const
const wrong = { type: 'misconfigured', setting: 'apiKey', message: 'look at it' } as const
const created = { type: 'session.created', customerId: 'c1', sessionId: 'portal_1' } as const

describe('the emitter', () => {
  it('adds time and site', () => {
    const events: PortalSsoEvent[] = []
    createEmitter({ site: 'acme', now: () => 0, onEvent: (event) => events.push(event) })(created)
    expect(events).toEqual([{ ...created, at: '1970-01-01T00:00:00.000Z', site: 'acme' }])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('listener')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('listener')
      },
    ],
  ])('goes on when the listener %s', async (_, onEvent) => {
    createEmitter({ site: 'acme', now: () => 0, onEvent })(created)
    // An unhandled rejection would fail the run.
    await new Promise((resolve) => setImmediate(resolve))
  })

  describe('without a listener', () => {
    let warned: string[]
    beforeEach(() => {
      warned = []
      vi.spyOn(console, 'warn').mockImplementation((...words) => void warned.push(words.join(' ')))
    })
    afterEach(() => {
      vi.restoreAllMocks()
    })

    it('warns of what needs a person, in one line each, and of nothing else', () => {
      const emit = createEmitter({ site: 'acme', now: () => 0, onEvent: undefined })
      for (const event of [created, wrong, orphan, failure]) emit(event)
      emit({ type: 'request.refused', code: 'timeout', detail: 'x' })
      expect(warned).toHaveLength(3)
      expect(warned[0]).toBe('portal-sso (acme): check apiKey: look at it (see #misconfigured)')
      expect(warned[1]).toContain('portal_1')
      expect(warned[2]).toContain('create failed (busy, status 503, attempt 1)')
      expect(warned.join('')).not.toContain('\n')
    })

    it('warns of a failing Chargebee once a minute', () => {
      let now = 0
      const emit = createEmitter({ site: 'acme', now: () => now, onEvent: undefined })
      for (now = 0; now < 180_000; now += 1_000) emit(failure)
      expect(warned).toHaveLength(3)
    })

    it('does not let one failure hide another', () => {
      const emit = createEmitter({ site: 'acme', now: () => 0, onEvent: undefined })
      emit({ ...failure, operation: 'activate', status: 401, reason: 'api_authentication_failed' })
      for (let attempt = 1; attempt <= 3; attempt++) emit({ ...failure, attempt })
      emit({ ...failure, reason: 'ECONNREFUSED', status: 0 })
      emit({ ...failure, operation: 'logout' })
      expect(warned).toHaveLength(4)
      expect(warned[1]).toContain('create failed (busy, status 503, attempt 1)')
    })

    it('says the same thing once a minute', () => {
      let now = 0
      const emit = createEmitter({ site: 'acme', now: () => now, onEvent: undefined })
      for (now = 0; now < 120_000; now += 1_000) {
        emit(wrong)
        emit({ ...wrong, message: 'something else' })
      }
      expect(warned).toHaveLength(4)
    })

    it('lets no failure hide another', () => {
      const emit = createEmitter({ site: 'acme', now: () => 0, onEvent: undefined })
      emit(failure)
      emit({ ...failure, operation: 'activate' })
      emit({ ...failure, reason: 'timeout' })
      emit(failure)
      expect(warned).toHaveLength(3)
    })

    it('says of unknown customers once a minute, however many there are', () => {
      const emit = createEmitter({ site: 'acme', now: () => 0, onEvent: undefined })
      for (const customerId of ['a', 'b']) {
        emit({ type: 'misconfigured', setting: 'getCustomerId', message: `no ${customerId}`, customerId })
      }
      expect(warned).toHaveLength(1)
    })

    it('warns with a listener too', () => {
      const events: PortalSsoEvent[] = []
      const emit = createEmitter({ site: 'acme', now: () => 0, onEvent: (event) => events.push(event) })
      for (const event of [created, wrong]) emit(event)
      expect(warned).toEqual(['portal-sso (acme): check apiKey: look at it (see #misconfigured)'])
      expect(events).toHaveLength(2)
    })

    it('is silent with false', () => {
      const emit = createEmitter({ site: 'acme', now: () => 0, onEvent: false })
      for (const event of [wrong, orphan, failure]) emit(event)
      expect(warned).toEqual([])
    })
  })
})
