import { describe, expect, it } from 'vitest'
import { ChannelError } from '../src/channel.js'
import { createWatch } from '../src/watch.js'

function watched() {
  const messages: string[] = []
  let nowMs = 0
  const watch = createWatch(
    (event) => {
      if (event.type === 'misconfigured') messages.push(event.message)
    },
    () => nowMs,
  )
  return {
    watch,
    messages,
    pass: (ms: number) => {
      nowMs += ms
    },
  }
}

describe('what a person is told of the store', () => {
  it('a server that refuses writes for a minute is a replica; for less it is a failover', () => {
    const { watch, messages, pass } = watched()
    const readOnly = () => watch.failed('begin', new ChannelError('READONLY'))
    readOnly()
    pass(59_999)
    readOnly()
    watch.succeeded()
    pass(1)
    readOnly()
    expect(messages).toEqual([])
    pass(60_000)
    readOnly()
    readOnly()
    expect(messages).toEqual([expect.stringContaining('talks to a replica')])
  })

  it('the same is told once, until it has worked again', () => {
    const { watch, messages } = watched()
    const full = () => watch.failed('begin', new ChannelError('OOM'))
    full()
    full()
    expect(messages).toHaveLength(1)
    watch.succeeded()
    full()
    expect(messages).toHaveLength(2)
  })

  it('a policy that evicts is told where there is a limit', () => {
    for (const [maxMemory, evictionPolicy, count] of [
      [0, 'allkeys-lru', 0],
      [1_000_000, 'noeviction', 0],
      [1_000_000, 'volatile-ttl', 1],
      [undefined, undefined, 0],
    ] as const) {
      const { watch, messages } = watched()
      watch.greeted({ maxMemory, evictionPolicy })
      expect(messages, `${maxMemory} ${evictionPolicy}`).toHaveLength(count)
    }
  })

  it('the reason says nothing of what was sent or answered', () => {
    const { watch } = watched()
    expect(watch.failed('close', new ChannelError('NOPERM')).message).toBe('NOPERM')
  })
})
