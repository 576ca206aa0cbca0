import { describeStore } from '@portal-sso/conformance'
import { describe, expect, it } from 'vitest'
import { StoreFailure } from '../../src/session-store.js'
import { createMemoryStore, memoryStore, OF_ONE_PROCESS } from '../../src/state/memory-store.js'

const shared = memoryStore()
describeStore('the store in memory', (site) => shared.open({ site, emit: () => {} }))

const WITHIN = { withinMs: 1_000 }

function ofOneProcess() {
  let nowMs = 1_800_000_000_000
  const store = createMemoryStore({ now: () => nowMs, limits: OF_ONE_PROCESS })
  let last = 0
  return {
    store,
    letPass: (ms: number) => {
      nowMs += ms
    },
    /** A session from arrival to its end in memory, however the store sees it. */
    async open(owner: string, customer = 'c1') {
      last += 1
      const create = { id: `create${last}`, arrived: store.arrive(), own: [owner], customer }
      const begun = await store.begin(create, '', 60_000, WITHIN)
      if (!begun.isOpen) return 'closed'
      return store.remember(create, `session${last}`, WITHIN)
    },
    async idsOf(owner: string) {
      const { sessions } = await store.close({ all: [owner], by: 'logout' }, 60_000, WITHIN)
      return sessions.map(({ id }) => id)
    },
  }
}

describe('the store of one process', () => {
  it('remembers a session for an hour: its cookie has arrived by then, or its address opens nothing', async () => {
    const { store: _store, letPass, open, idsOf } = ofOneProcess()
    await open('b1')
    letPass(60 * 60_000 - 1)
    expect(await idsOf('b1')).toEqual(['session1'])
    letPass(1)
    expect(await idsOf('b1')).toEqual([])
  })

  it('holds no more than a hundred sessions of an owner, the youngest', async () => {
    const { open, idsOf } = ofOneProcess()
    for (let count = 0; count < 103; count++) await open('b1')
    const ids = await idsOf('b1')
    expect(ids).toHaveLength(100)
    expect(ids).toContain('session103')
    expect(ids).not.toContain('session3')
  })

  it('tells sessions of the same millisecond apart by the order in which they came', async () => {
    const store = createMemoryStore({
      now: () => 1_800_000_000_000,
      limits: { ...OF_ONE_PROCESS, isShared: true },
    })
    for (const [id, owner] of [
      ['first', 'b1'],
      ['second', 'h1'],
    ] as const) {
      const create = { id, arrived: store.arrive(), own: [owner], customer: 'c1' }
      await store.begin(create, '', 1, WITHIN)
      await store.remember(create, id, WITHIN)
    }
    const { sessions } = await store.close({ all: ['h1', 'b1'], by: 'logout' }, 1, WITHIN)
    expect(sessions.map(({ id }) => id)).toEqual(['first', 'second'])
  })

  it('leaves no create to others, since there are none', async () => {
    const { store, letPass } = ofOneProcess()
    const create = { id: 'create', arrived: store.arrive(), own: ['b1'], customer: 'c1' }
    await store.begin(create, '', 1, WITHIN)
    letPass(60 * 60_000)
    expect(await store.take(10, 1, WITHIN)).toEqual({ due: [], nextInMs: undefined })
    expect(await store.remember(create, 'session', WITHIN)).toBe('remembered')
  })

  it('counts an arrival as closed where it has forgotten whether it was', async () => {
    const { store } = ofOneProcess()
    const early = { id: 'early', arrived: store.arrive(), own: ['b1'], customer: 'c1' }
    await store.close({ all: ['b1'], by: 'logout' }, 1, WITHIN)
    for (let count = 0; count < 10_000; count++) {
      await store.close({ all: [`b${count + 2}`], by: 'logout' }, 1, WITHIN)
    }
    expect(await store.begin(early, '', 1, WITHIN)).toEqual({ isOpen: false })
    const late = { ...early, id: 'late', arrived: store.arrive() }
    expect(await store.begin(late, '', 1, WITHIN)).toMatchObject({ isOpen: true })
  })

  it('refuses further names where a hundred thousand are in use, and forgets none before its time', async () => {
    const { store, letPass } = ofOneProcess()
    for (let count = 0; count < 100_000; count++) await store.once(`state${count}`, 60_000, WITHIN)
    await expect(store.once('one more', 60_000, WITHIN)).rejects.toThrow(StoreFailure)
    expect(await store.once('state0', 60_000, WITHIN)).toBe(false)
    letPass(60_000)
    expect(await store.once('one more', 60_000, WITHIN)).toBe(true)
    expect(await store.once('state0', 60_000, WITHIN)).toBe(true)
  })
})
