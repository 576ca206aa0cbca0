import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/time/clock.js'
import { EXPIRED, startDeadline, waitAtMost, withDeadline } from '../../src/time/deadline.js'
import { testClock } from '../test-clock.ts'

const never = new Promise<never>(() => {})

describe('a deadline', () => {
  it('ends when its time is up, and tells once', async () => {
    const clock = testClock()
    const deadline = startDeadline(clock, 1_000)
    const listener = vi.fn()
    deadline.onEnd(listener)
    await clock.advance(999)
    expect(deadline.remainingMs()).toBe(1)
    expect(deadline.hasEnded()).toBe(false)
    await clock.advance(1)
    expect(deadline.remainingMs()).toBe(0)
    expect(deadline.hasEnded()).toBe(true)
    deadline.end()
    expect(listener).toHaveBeenCalledOnce()
  })

  it('ends with its work, whatever becomes of that, and leaves no timer behind', async () => {
    const clock = testClock()
    for (const work of [async () => 'done', () => Promise.reject(new Error('failed'))]) {
      const listener = vi.fn()
      await withDeadline(clock, 1_000, (deadline) => {
        deadline.onEnd(listener)
        return work()
      }).catch(() => {})
      expect(listener).toHaveBeenCalledOnce()
    }
    await expect(clock.advanceToNext()).rejects.toThrow('nothing is due')
  })

  it('does not tell a listener that has left', async () => {
    const clock = testClock()
    const deadline = startDeadline(clock, 1_000)
    const listener = vi.fn()
    deadline.onEnd(listener)()
    deadline.end()
    expect(listener).not.toHaveBeenCalled()
  })

  it('gives what the work gives, and throws what it throws', async () => {
    const deadline = startDeadline(testClock(), 1_000)
    expect(await deadline.waitFor(Promise.resolve('given'))).toBe('given')
    expect(await deadline.waitFor('given')).toBe('given')
    await expect(deadline.waitFor(Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  })

  it("waits no longer than its time; what the work throws later is nobody's any more", async () => {
    const clock = testClock()
    let fail = (_: Error) => {}
    const work = new Promise<never>((_, reject) => {
      fail = reject
    })
    const waiting = waitAtMost(clock, 1_000, work)
    await clock.advance(1_000)
    expect(await waiting).toBe(EXPIRED)
    fail(new Error('too late'))
    // An unhandled rejection would fail the run.
    await new Promise((resolve) => setImmediate(resolve))
  })

  it('takes what is there already when its time is up, and nothing else', async () => {
    const deadline = startDeadline(testClock(), 1_000)
    deadline.end()
    expect(await deadline.waitFor(Promise.resolve('there'))).toBe('there')
    expect(await deadline.waitFor(never)).toBe(EXPIRED)
  })
})

describe('the clock of the system', () => {
  it('ends a deadline whatever is collected meanwhile', async () => {
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const garbage = setInterval(collect, 5)
    expect(await waitAtMost(systemClock, 100, never)).toBe(EXPIRED)
    clearInterval(garbage)
  })

  it('does not take a very long time for none', async () => {
    const cancel = systemClock.schedule(2 ** 40, () => expect.fail('at once'))
    await systemClock.wait(20)
    cancel()
  })

  it('cancels', async () => {
    for (const start of [systemClock.schedule, systemClock.scheduleInBackground]) {
      start(5, () => expect.fail('cancelled'))()
    }
    await systemClock.wait(20)
  })
})
