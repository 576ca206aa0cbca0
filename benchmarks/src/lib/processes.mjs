import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { testEnvironment } from '../../../scripts/lib/run.mjs'

/**
 * @typedef {object} Party One participant of a measurement, in a process of its own.
 * @property {(operation: string, parameters?: object) => Promise<any>} ask rejects when the operation throws or the
 *   process ends
 * @property {() => Promise<void>} stop
 */

/** @type {Set<Party>} */
const running = new Set()

/**
 * Starts `roles/NAME.mjs` with a configuration, and resolves when it is ready.
 *
 * @param {string} role
 * @param {object} configuration must survive JSON
 * @param {{ env?: Record<string, string>, execArgv?: string[] }} [options]
 * @returns {Promise<Party>}
 */
export async function startParty(role, configuration, { env = {}, execArgv = [] } = {}) {
  const file = fileURLToPath(new URL(`../roles/${role}.mjs`, import.meta.url))
  const child = fork(file, [JSON.stringify(configuration)], {
    env: { ...testEnvironment(), NODE_ENV: 'production', ...env },
    execArgv,
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map()
  let count = 0

  child.on('message', (/** @type {{ id: number, value?: any, error?: string }} */ { id, value, error }) => {
    const asked = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) asked?.resolve(value)
    else asked?.reject(new Error(`${role}: ${error}`))
  })
  child.once('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${role} ended with ${signal ?? code}`))
    waiting.clear()
    running.delete(party)
  })

  /** @type {Party} */
  const party = {
    ask(operation, parameters = {}) {
      return new Promise((resolve, reject) => {
        if (!child.connected) return reject(new Error(`${role} has ended already`))
        const id = count++
        waiting.set(id, { resolve, reject })
        child.send({ id, operation, parameters })
      })
    },
    async stop() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
  running.add(party)
  await party.ask('ready')
  return party
}

/** Ends whatever a measurement has left running, also one that failed. */
export async function stopParties() {
  await Promise.all([...running].map((party) => party.stop()))
}
