import { createServer } from 'node:net'

/**
 * @typedef {object} WantedPort
 * @property {string} variable that chooses the port
 * @property {number} port
 * @property {readonly string[]} hosts where it has to be free
 * @property {readonly number[]} others to suggest where it is taken, the best one first
 */

/**
 * @param {string} variable
 * @param {number} preset
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {number} NaN where the variable holds no port
 */
export function readPort(variable, preset, env = process.env) {
  const text = env[variable] || String(preset)
  const port = Number(text)
  return /^\d+$/.test(text) && port >= 1 && port <= 65_535 ? port : Number.NaN
}

/**
 * Looks at all ports at once.
 *
 * @param {readonly WantedPort[]} wanted
 * @param {string} command that was given
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string[]>} a sentence for each port that can't be had, and last the command that chooses others
 */
export async function explainPorts(wanted, command, env = process.env) {
  /** @type {string[]} */
  const problems = []
  /** @type {string[]} */
  const choices = []
  /** @type {number[]} */
  const given = []
  for (const { variable, port, hosts, others } of wanted) {
    const problem = Number.isNaN(port)
      ? `${variable}=${env[variable]} is not a port.`
      : given.includes(port)
        ? `${variable}=${port} is wanted twice.`
        : (await isFree(port, hosts))
          ? undefined
          : `Port ${port} is taken by another program.`
    const other = problem
      ? await firstFree(
          others.filter((candidate) => !given.includes(candidate)),
          hosts,
        )
      : port
    given.push(other)
    if (problem) problems.push(problem)
    if (problem || env[variable]) choices.push(`${variable}=${other}`)
  }
  return problems.length === 0 ? [] : [...problems, `Choose another: ${asCommand(choices, command)}`]
}

/**
 * @param {readonly number[]} ports
 * @param {readonly string[]} hosts
 * @returns {Promise<number>}
 */
async function firstFree(ports, hosts) {
  for (const port of ports) if (await isFree(port, hosts)) return port
  return ports[0] ?? 0
}

/** @param {readonly string[]} choices @param {string} command */
function asCommand(choices, command) {
  return process.platform === 'win32'
    ? [...choices.map((choice) => `set ${choice}`), command].join('&& ')
    : [...choices, command].join(' ')
}

/**
 * @param {number} port
 * @param {readonly string[]} hosts
 */
async function isFree(port, hosts) {
  const answers = await Promise.all(hosts.map((host) => canListen(port, host)))
  return answers.every(Boolean)
}

/** @param {number} port @param {string} host @returns {Promise<boolean>} */
function canListen(port, host) {
  return new Promise((resolve) => {
    const server = createServer()
    server.on('error', (error) => {
      // A host without IPv6 has no ::1, so nothing is taken there.
      resolve(/** @type {NodeJS.ErrnoException} */ (error).code === 'EADDRNOTAVAIL')
    })
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}
