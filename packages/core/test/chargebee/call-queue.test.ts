import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCallQueue, type Lane, QueueFull } from '../../src/chargebee/call-queue.js'
import { type Deadline, OutOfTime, startDeadline } from '../../src/time/deadline.js'
import { testClock } from '../test-clock.ts'

const clock = testClock()
const NEVER = startDeadline(clock, 60_000)
const AT_ONCE = 45
const AT_ONCE_PER_LANE = 42

/** Calls that end when they are told to. */
function createCalls() {
  const queue = createCallQueue()
  const running: { lane: Lane; number: number; finish: () => void }[] = []
  let count = 0
  return {
    running,
    start(lane: Lane, deadline: Deadline = NEVER, client?: string) {
      const number = count++
      return queue.run(
        lane,
        deadline,
        () =>
          new Promise<number>((resolve) => {
            const call = {
              lane,
              number,
              finish: () => {
                running.splice(running.indexOf(call), 1)
                resolve(number)
              },
            }
            running.push(call)
          }),
        client,
      )
    },
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('the queue of calls', () => {
  it('lets so many out at once, and neither lane all of them', async () => {
    const { start, running } = createCalls()
    const all = [...Array(100)].map(() => start('opening'))
    await turn()
    expect(running).toHaveLength(AT_ONCE_PER_LANE)
    all.push(...[...Array(100)].map(() => start('ending')))
    await turn()
    expect(running).toHaveLength(AT_ONCE)
    while (running.length > 0) {
      running[0]?.finish()
      await turn()
      expect(running.length).toBeLessThanOrEqual(AT_ONCE)
    }
    expect(await Promise.all(all)).toHaveLength(200)
  })

  it('keeps the order within a lane, and takes the lanes in turns', async () => {
    const { start, running } = createCalls()
    const others = [...Array(AT_ONCE_PER_LANE)].map(() => start('opening'))
    others.push(...[...Array(AT_ONCE - AT_ONCE_PER_LANE)].map(() => start('ending')))
    await turn()
    const late = [...Array(4)].flatMap(() => [start('opening'), start('ending')])
    await turn()
    const before = new Set(running)
    for (const call of [...before].filter(({ lane }) => lane === 'opening').slice(0, 8)) {
      call.finish()
      await turn()
    }
    const started = running.filter((call) => !before.has(call))
    expect(started.map(({ lane }) => lane)).toEqual(
      [...Array(4)].flatMap(() => [started[0]?.lane, started[1]?.lane]),
    )
    expect(new Set(started.slice(0, 2).map(({ lane }) => lane)).size).toBe(2)
    for (const lane of ['opening', 'ending']) {
      const numbers = started.filter((call) => call.lane === lane).map(({ number }) => number)
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    }
    while (running.length > 0) {
      running[0]?.finish()
      await turn()
    }
    await Promise.all([...others, ...late])
  })

  it('leaves the line at its signal, and nobody behind it waits longer for that', async () => {
    const { start, running } = createCalls()
    const others = [...Array(AT_ONCE_PER_LANE)].map(() => start('opening'))
    const deadline = startDeadline(clock, 60_000)
    const impatient = start('opening', deadline)
    const patient = start('opening')
    deadline.end()
    await expect(impatient).rejects.toBeInstanceOf(OutOfTime)
    running[0]?.finish()
    await turn()
    expect(running.some(({ number }) => number === AT_ONCE_PER_LANE + 1)).toBe(true)
    while (running.length > 0) {
      running[0]?.finish()
      await turn()
    }
    await Promise.all([...others, patient])
  })

  it('starts nobody who has waited until nearly nothing is left, and serves who is behind them', async () => {
    const { start, running } = createCalls()
    const others = [...Array(AT_ONCE_PER_LANE)].map(() => start('opening'))
    const deadline = startDeadline(clock, 200)
    const late = [start('opening', deadline), start('opening', deadline)].map((call) => call.catch(String))
    const patient = start('opening')
    await turn()
    running[0]?.finish()
    await turn()
    expect(running.some(({ number }) => number === AT_ONCE_PER_LANE + 2)).toBe(true)
    expect(await Promise.all(late)).toEqual([
      expect.stringContaining('time'),
      expect.stringContaining('time'),
    ])
    deadline.end()
    while (running.length > 0) {
      running[0]?.finish()
      await turn()
    }
    await Promise.all([...others, patient])
  })

  it('takes nobody who is out of time already', async () => {
    const { start, running } = createCalls()
    const deadline = startDeadline(clock, 60_000)
    deadline.end()
    await expect(start('ending', deadline)).rejects.toBeInstanceOf(OutOfTime)
    expect(running).toEqual([])
  })

  it('gives a place back when a call fails', async () => {
    const queue = createCallQueue()
    for (let count = 0; count < 2 * AT_ONCE; count++) {
      await expect(queue.run('ending', NEVER, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    }
  })

  it('lets only so many wait', async () => {
    const { start, running } = createCalls()
    for (let count = 0; count < AT_ONCE_PER_LANE + 1_000; count++) void start('opening').catch(() => {})
    await expect(start('opening')).rejects.toBeInstanceOf(QueueFull)
    // The other lane is not the one that is full.
    const ending = start('ending')
    await turn()
    running.find(({ lane }) => lane === 'ending')?.finish()
    await ending
  })

  it("keeps strangers and customers out of each other's way", async () => {
    const { start, running } = createCalls()
    const strangers = [...Array(25)].map(() => start('activating'))
    await turn()
    expect(running).toHaveLength(5)
    await expect(start('activating')).rejects.toBeInstanceOf(QueueFull)
    const customers = [...Array(AT_ONCE_PER_LANE)].map(() => start('opening'))
    await turn()
    expect(running).toHaveLength(5 + AT_ONCE_PER_LANE)
    // What customers leave goes to customers, what strangers leave to strangers.
    running.find(({ lane }) => lane === 'opening')?.finish()
    await turn()
    expect(running.filter(({ lane }) => lane === 'activating').map(({ number }) => number)).toEqual([
      0, 1, 2, 3, 4,
    ])
    while (running.length > 0) {
      running[0]?.finish()
      await turn()
    }
    await Promise.all([...strangers, ...customers])
  })

  it('lets each stranger wait with one call, and does not take all of whom nothing is known for one', async () => {
    const { start, running } = createCalls()
    const places = [...Array(5)].map(() => start('activating', NEVER, 'a'))
    const waiting = [start('activating', NEVER, 'a'), start('activating', NEVER, 'b')]
    await expect(start('activating', NEVER, 'a')).rejects.toBeInstanceOf(QueueFull)
    waiting.push(start('activating'), start('activating'))
    running[0]?.finish()
    await turn()
    // The one that waited has gone in.
    waiting.push(start('activating', NEVER, 'a'))
    while (running.length > 0) {
      running[0]?.finish()
      await turn()
    }
    await Promise.all([...places, ...waiting])
  })

  it('starts the calls of customers as if there were no strangers, whatever comes and goes', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ lane: fc.constantFrom<Lane>('opening', 'ending'), times: fc.nat(30) }),
      },
      { weight: 3, arbitrary: fc.record({ lane: fc.constant<Lane>('activating'), times: fc.nat(30) }) },
      { weight: 4, arbitrary: fc.record({ finish: fc.nat(50), times: fc.nat(20) }) },
    )
    /** The calls of customers in the order in which they start, and when: after which step. */
    async function play(
      steps: readonly { lane?: Lane; finish?: number; times: number }[],
      withStrangers: boolean,
    ) {
      const { start, running } = createCalls()
      const seen = new Set<object>()
      const started: string[] = []
      const numbers = new Map<number, number>()
      let all = 0
      let own = 0
      for (const [at, { lane, finish = 0, times }] of steps.entries()) {
        for (let count = 0; count < times; count++) {
          if (lane === undefined) {
            const customers = running.filter((call) => call.lane !== 'activating')
            customers[finish % Math.max(1, customers.length)]?.finish()
            if (withStrangers) running.find((call) => call.lane === 'activating')?.finish()
          } else if (lane !== 'activating' || withStrangers) {
            if (lane !== 'activating') numbers.set(all, own++)
            all++
            start(lane, NEVER, lane === 'activating' ? `client ${count}` : undefined).catch(() => {})
          }
        }
        await turn()
        for (const call of running) {
          if (call.lane === 'activating' || seen.has(call)) continue
          seen.add(call)
          started.push(`${call.lane} ${numbers.get(call.number)} after step ${at}`)
        }
      }
      return started.sort()
    }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30, size: 'max' }), async (steps) => {
        expect(await play(steps, true)).toEqual(await play(steps, false))
      }),
      { numRuns: 150 },
    )
  })

  it('starves nobody, whatever comes and goes', async () => {
    const step = fc.oneof(
      fc.record({
        type: fc.constant('start' as const),
        lane: fc.constantFrom<Lane>('opening', 'ending', 'activating'),
      }),
      fc.record({ type: fc.constant('finish' as const), index: fc.nat(60) }),
      fc.record({ type: fc.constant('abort' as const), index: fc.nat(200) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 300 }), async (steps) => {
        const { start, running } = createCalls()
        const calls: { deadline: Deadline; settled: Promise<unknown> }[] = []
        for (const action of steps) {
          if (action.type === 'start') {
            const deadline = startDeadline(clock, 60_000)
            const settled = start(action.lane, deadline).catch(() => 'out of time')
            calls.push({ deadline, settled })
          } else if (action.type === 'finish') running[action.index % (running.length || 1)]?.finish()
          else calls[action.index % (calls.length || 1)]?.deadline.end()
          await Promise.resolve()
        }
        for (;;) {
          await turn()
          expect(running.length).toBeLessThanOrEqual(AT_ONCE + 5)
          if (running.length === 0) break
          for (const call of [...running]) call.finish()
        }
        await Promise.all(calls.map(({ settled }) => settled))
      }),
      { numRuns: 100 },
    )
  })
})
