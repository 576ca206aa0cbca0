import { afterAll, beforeAll, describe, it } from 'vitest'
import { groups } from './groups.js'
import type { Check, CheckGroup } from './kit/check.js'
import { ConsoleCapture } from './kit/console-capture.js'
import type { StartHost } from './kit/host.js'
import { Scene } from './kit/scene.js'
import { MOUNT_CHECKS } from './mounts.js'

export { describeHttp2 } from './http2/index.js'
export type { Host, HostCall, HostSetup, StartHost, ToHostCall } from './kit/host.js'
export { type Listening, listen } from './kit/listen.js'
export { describeSite, type TestSite } from './site/index.js'
export { describeStore, type OpenStore } from './store/index.js'

/** All checks; those that the way of mounting can break; or those that it can't. */
export type Selection = 'all' | 'of-mounts' | 'beyond-mounts'

/**
 * The suite that every adapter must pass: declares one Vitest suite that runs each check on hosts of `startHost`, over
 * real sockets, against the emulator.
 *
 * @param name what is under test, say `Express 5, mounted`
 * @param startHost starts an application around the adapter; called once per check or more often
 * @param selection which checks
 */
export function describePortal(name: string, startHost: StartHost, selection: Selection = 'all'): void {
  describe(name, () => {
    const captured = new ConsoleCapture()
    beforeAll(() => captured.start())
    afterAll(() => captured.stop())

    for (const { title, checks, alone } of select(selection)) {
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

function select(selection: Selection): CheckGroup[] {
  const known = new Set(groups.flatMap(({ checks }) => checks.map(({ id }) => id)))
  const unknown = MOUNT_CHECKS.filter((id) => !known.has(id))
  if (unknown.length > 0) throw new Error(`There is no check called ${unknown.join(' or ')}.`)
  const isMeant = (id: string) =>
    selection === 'all' || MOUNT_CHECKS.includes(id) === (selection === 'of-mounts')
  return groups
    .map((group) => ({ ...group, checks: group.checks.filter(({ id }) => isMeant(id)) }))
    .filter(({ checks }) => checks.length > 0)
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
