import { describe, expect, it } from 'vitest'
import { memoryStore, type SharedStore, StoreFailure } from '../../src/index.js'
import { checkOf, named, setUp } from './patient.ts'

const getCustomerId = () => null

/** A store that can't be asked, and says why. */
function deadStore(): SharedStore {
  const { open } = memoryStore()
  return {
    open: (settings) => ({
      ...open(settings),
      async begin() {
        settings.emit({ type: 'store.failed', operation: 'begin', reason: 'NOPERM' })
        throw new StoreFailure('begin')
      },
    }),
  }
}

describe('the store of the options', () => {
  it('remembers and forgets, and nothing stays in it', async () => {
    const { examine, clock } = await setUp()
    const store = memoryStore()
    const report = await examine({ options: { getCustomerId, store } })
    expect(checkOf(report, 'store')).toEqual({
      name: 'store',
      outcome: 'ok',
      text: 'it remembers and forgets, in 0 ms',
    })
    const opened = store.open({ site: 'acme-test', emit: () => {} })
    await clock.advance(60_000)
    expect(await opened.take(10, 1_000, { withinMs: 1_000 })).toEqual({ due: [], nextInMs: undefined })
  })

  it('that can not be asked is wrong', async () => {
    const { examine } = await setUp()
    const report = await examine({ options: { getCustomerId, store: deadStore() } })
    expect(report.ok).toBe(false)
    expect(checkOf(report, 'store')).toMatchObject({
      outcome: 'wrong',
      text: 'begin failed (NOPERM)',
      help: '#store_unavailable',
    })
  })

  it('that has something to say is warned of', async () => {
    const { examine } = await setUp()
    const { open } = memoryStore()
    const store: SharedStore = {
      open(settings) {
        settings.emit({ type: 'misconfigured', setting: 'store', message: 'eviction policy' })
        return open(settings)
      },
    }
    const report = await examine({ options: { getCustomerId, store } })
    expect(report.ok).toBe(true)
    expect(report.checks.filter(({ name }) => name === 'store')).toMatchObject([
      { outcome: 'ok' },
      { outcome: 'warning', text: 'eviction policy' },
    ])
    expect(named(report, 'wrong')).toEqual([])
  })
})
