import { startParty } from './processes.mjs'

/** One round trip R of the simulated network, in milliseconds. */
export const ROUND_TRIP_MS = 50

/**
 * @typedef {object} Surroundings What all measurements of one run share.
 * @property {{ key: string, cert: string }} certificate
 * @property {string | undefined} profileFolder where hosts leave their CPU profiles
 * @property {(line: string) => void} say
 */

/**
 * @typedef {object} SceneOptions
 * @property {number} [idleMs] after which the API's server closes an idle connection
 * @property {number} [roundTripMs] 0: no network in between
 * @property {'no-headers' | 'no-end'} [hang]
 */

/**
 * A Chargebee, the network in front of it, and a visitor who clicks.
 *
 * @param {Surroundings} surroundings
 * @param {SceneOptions} [options]
 */
export async function createScene({ certificate, profileFolder }, options = {}) {
  const { idleMs = 60_000, roundTripMs = ROUND_TRIP_MS, hang } = options
  const env = { NODE_EXTRA_CA_CERTS: certificate.cert }
  const api = await startParty('api-server', { certificate, idleMs, hang })
  const apiPort = await api.ask('port')
  const network = roundTripMs > 0 ? await startParty('network', { target: apiPort, roundTripMs }) : undefined
  const port = network ? await network.ask('port') : apiPort
  const visitor = await startParty('visitor', {}, { env })

  return {
    api,
    network,
    visitor,
    port,
    /**
     * @param {'ours' | 'by-hand'} kind
     * @param {object} [settings] see roles/host.mjs
     * @param {string[]} [flags] for Node
     */
    async startHost(kind, settings = {}, flags = []) {
      const profile = profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}/${kind}`] : []
      const host = await startParty(
        'host',
        { kind, apiPort: port, ...settings },
        { env, execArgv: [...profile, ...flags] },
      )
      return { ...host, port: /** @type {number} */ (await host.ask('port')) }
    },
    /** @param {string} kind see roles/transport.mjs */
    startTransport: (kind) => startParty('transport', { kind, apiPort: port }, { env }),
    async stop() {
      await Promise.all([visitor, network, api].map((party) => party?.stop()))
    },
  }
}
