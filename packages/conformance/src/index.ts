import { afterAll, beforeAll, describe, it } from 'vitest'
import { groups } from './groups.js'
import type { Check } from './kit/check.js'
import { ConsoleCapture } from './kit/console-capture.js'
import type { StartHost } from './kit/host.js'
import { Scene } from './kit/scene.js'

export type { Host, HostCall, HostSetup, StartHost, ToHostCall } from './kit/host.js'
export { describeStore, type OpenStore } from './store/index.js'

/**
 * The suite that every adapter must pass: declares one Vitest suite that runs each check on hosts of `startHost`, over
 * real sockets, against the emulator.
 *
 * @param name what is under test, say `Express 5, mounted`
 * @param startHost starts an application around the adapter; called once per check or more often
 */
export function describePortal(name: string, startHost: StartHost): void {
  describe(name, () => {
    const captured = new ConsoleCapture()
    beforeAll(() => captured.start())
    afterAll(() => captured.stop())

    for (const { title, checks, alone } of groups) {
      const declare = alone === true ? describe : describe.concurrent
      declare(title, () => {
        for (const check of checks) {
          it(`${check.id}: ${check.title}`, ({ onTestFinished }) =>
            run(check, startHost, captured, onTestFinished))
        }
      })
    }
  })
}

async function run(
  check: Check,
  startHost: StartHost,
  captured: ConsoleCapture,
  after: (clean: () => Promise<void> | void) => void,
): Promise<void> {
  await check.run({
    startHost,
    console: captured,
    after,
    async open(setup) {
      const scene = await Scene.open(startHost, setup)
      after(() => scene.close())
      return scene
    },
  })
}
