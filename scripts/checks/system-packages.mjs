import '../lib/require-node.mjs'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createReport } from '../lib/report.mjs'
import { run } from '../lib/run.mjs'

/** @typedef {{ program: string, variable: string, debian: string }} SystemPackage */

/**
 * What tests need beyond npm: the program, the variable that may name it instead, and Debian's package.
 * @type {readonly SystemPackage[]}
 */
const systemPackages = [
  { program: '/usr/bin/chromium', variable: 'CHROMIUM_PATH', debian: 'chromium' },
  { program: '/usr/bin/redis-server', variable: 'REDIS_SERVER_PATH', debian: 'redis-server' },
]

/**
 * Installs what is missing where it can. Elsewhere it says how to get it, which under CI=true is a failure.
 * @param {import('../lib/report.mjs').Report} report
 * @param {{ env?: NodeJS.ProcessEnv, packages?: readonly SystemPackage[] }} [options]
 */
export async function ensureSystemPackages(report, { env = process.env, packages = systemPackages } = {}) {
  const missing = packages.filter((part) => !isThere(part, env))
  const wanted = missing.filter((part) => !env[part.variable]).map((part) => part.debian)
  const trouble = wanted.length > 0 ? await install(wanted, env) : ''
  for (const part of packages) {
    const name = `${part.debian} is there`
    const advice = `Missing: ${part.debian}. Install it, or set ${part.variable} to its program.${trouble}`
    const chosen = missing.includes(part) ? env[part.variable] : undefined
    if (isThere(part, env)) report.pass(name)
    else if (chosen) report.fail(name, `${part.variable} names ${chosen}, which can't be run.`)
    else if (env.CI === 'true') report.fail(name, advice)
    else report.note(advice)
  }
}

/**
 * @param {Pick<SystemPackage, 'program' | 'variable'>} part
 * @param {NodeJS.ProcessEnv} env
 */
function isThere({ program, variable }, env) {
  try {
    accessSync(env[variable] || program, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * @param {string[]} names
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} '', or why it was not installed, as a sentence to add
 */
async function install(names, env) {
  const folders = (env.PATH ?? '').split(delimiter)
  const found = folders.some((folder) => isThere({ program: join(folder, 'apt-get'), variable: '' }, {}))
  if (!found) return ''
  if (process.getuid?.() !== 0) return ` On Debian: sudo apt-get install ${names.join(' ')}`
  console.log(`Installing ${names.join(', ')} with apt-get ...`)
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: 10 * 60_000 }
  const aptGet = (/** @type {string[]} */ ...args) =>
    run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], options)
  const attempt = async () => {
    await aptGet('update')
    await aptGet('install', '-y', '--no-install-recommends', ...names)
  }
  try {
    // Mirrors fail now and then, and a failed mirror is not a failed project.
    await attempt().catch(attempt)
    return ''
  } catch (error) {
    return `\n${/** @type {Error} */ (error).message}`
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const report = createReport()
  await ensureSystemPackages(report)
  process.exitCode = report.finish()
}
