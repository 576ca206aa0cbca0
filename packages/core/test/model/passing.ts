import type { World } from './world.ts'

// Everything that a run waits for is in this process, or on its way through the loopback interface: what has not moved
// for so many turns of the event loop waits for time to pass.
const STILL_TURNS = 20
const STILL_MS = 5

// In real time, for what would wait for ever.
const HANGS_MS = 30_000

/** Work that Node does beside the event loop: all that there is of it here is sealing and opening cookies. */
let sealing = 0
const subtle: Record<string, (...given: unknown[]) => Promise<unknown>> = Object.getPrototypeOf(crypto.subtle)
for (const name of ['encrypt', 'decrypt', 'importKey']) {
  const original = subtle[name]
  subtle[name] = function (this: unknown, ...given) {
    sealing++
    return Reflect.apply(original as (...given: unknown[]) => Promise<unknown>, this, given).finally(() => {
      sealing--
    })
  }
}

/**
 * Waits until it is so. Where nothing moves any more, time passes: what waits for a deadline gets to it. Should a machine
 * be so busy that something did move, it runs out of time, and by the clock it is right to.
 */
export async function passUntil(
  world: World,
  isSo: () => boolean,
  goOn = () => {},
): Promise<'hangs' | undefined> {
  const { clock } = world.process
  const since = performance.now()
  while (!isSo()) {
    goOn()
    if (!(await isStill(world, isSo))) continue
    if (clock.deadlines() > 0) {
      world.ledger.disturb(true)
      await clock.advanceToNext()
    } else if (performance.now() - since > HANGS_MS) return 'hangs'
  }
  return undefined
}

/** Whether nothing moves, for as long as one has to look to be sure of it, or until it is so. */
export async function isStill({ process: { wire } }: World, isSo = () => false): Promise<boolean> {
  const { activity } = wire
  const since = performance.now()
  for (let turns = 0; turns < STILL_TURNS || performance.now() - since < STILL_MS; turns++) {
    await new Promise((resolve) => (turns < STILL_TURNS ? setImmediate(resolve) : setTimeout(resolve, 1)))
    if (wire.activity !== activity || sealing > 0 || isSo()) return false
  }
  return true
}
