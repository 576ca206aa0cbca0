/** The configuration that this process was started with. */
export const configuration = JSON.parse(process.argv[2] ?? '{}')

/**
 * Answers the process that has started this one, until it lets go.
 *
 * @param {Record<string, (parameters: any) => unknown>} operations `ready` is asked first, and may be left out
 */
export function serveParent(operations) {
  process.on(
    'message',
    async (/** @type {{ id: number, operation: string, parameters: object }} */ message) => {
      const { id, operation, parameters } = message
      try {
        const action = operations[operation] ?? (operation === 'ready' ? () => undefined : undefined)
        if (!action) throw new Error(`there is no operation ${operation}`)
        process.send?.({ id, value: await action(parameters) })
      } catch (error) {
        process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
      }
    },
  )
  // `exit` and not a signal: a CPU profile is written on the way out.
  process.once('disconnect', () => process.exit(0))
}

/** @param {import('node:net').Server} server @param {string} [host] @returns {Promise<number>} the port */
export function listen(server, host = 'localhost') {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: 0, host, backlog: 2048 }, () => {
      resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port)
    })
  })
}
