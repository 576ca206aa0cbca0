import { randomInt } from 'node:crypto'
import getPort, { portNumbers } from 'get-port'

/**
 * Below the range that systems choose from by themselves, so that no other program gets them in between.
 * @param {number} count
 * @returns {Promise<string[]>}
 */
export async function freePorts(count) {
  const from = randomInt(10_000, 30_000)
  const port = portNumbers(from, from + 20)
  /** @type {string[]} */
  const found = []
  while (found.length < count) found.push(String(await getPort({ port })))
  return found
}
