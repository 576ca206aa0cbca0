import '../lib/require-node.mjs'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createReport } from '../lib/report.mjs'
import { run } from '../lib/run.mjs'

/**
 * What tests need beyond npm: the program, the variable that may name it instead, and Debian's package.
 * The one list; `needed` says whether today's tests use it.
 */
const systemPackages = [
  { program: '/usr/bin/chromium', variable: 'CHROMIUM_PATH', debian: 'chromium', needed: true },
  { program: '/usr/bin/redis-server', variable: 'REDIS_SERVER_PATH', debian: 'redis-server', needed: true },
]

/** Installs what is missing where it can. Elsewhere it says how to get it, which under CI=true is a failure. */
export async function ensureSystemPackages(report, { env = process.env, packages = systemPackages } = {}) {
  const needed = packages.filter((part) => part.needed)
  const missing = needed.filter((part) => !isThere(part, env))
  const named = missing.filter((part) => env[part.variable])
  const wanted = missing.filter((part) => !env[part.variable])
  let trouble = ''
  if (wanted.length > 0)
    trouble = await install(
      wanted.map((part) => part.debian),
      env,
    )
  for (const part of needed) {
    if (isThere(part, env)) report.pass(`${part.debian} is there`)
    else if (named.includes(part)) {
      report.fail(
        `${part.debian} is there`,
        `${part.variable} names ${env[part.variable]}, which can't be run.`,
      )
    } else {
      const advice = `Missing: ${part.debian}. Install it, or set ${part.variable} to its program.${trouble}`
      if (env.CI === 'true') report.fail(`${part.debian} is there`, advice)
      else report.note(advice)
    }
  }
}

function isThere({ program, variable }, env) {
  try {
    accessSync(env[variable] || program, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** @returns {Promise<string>} '', or why it was not installed, as a sentence to add */
async function install(names, env) {
  const found = (env.PATH ?? '')
    .split(delimiter)
    .some((folder) => isThere({ program: join(folder, 'apt-get') }, {}))
  if (!found) return ''
  if (process.getuid?.() !== 0) return ` On Debian: sudo apt-get install ${names.join(' ')}`
  console.log(`Installing ${names.join(', ')} with apt-get ...`)
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, timeoutMs: 10 * 60_000 }
  const aptGet = (...args) => run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], options)
  const attempt = async () => {
    await aptGet('update')
    await aptGet('install', '-y', '--no-install-recommends', ...names)
  }
  try {
    // Mirrors fail now and then, and a failed mirror is not a failed project.
    await attempt().catch(attempt)
    return ''
  } catch (error) {
    return `\n${error.message}`
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const report = createReport()
  await ensureSystemPackages(report)
  process.exitCode = report.finish()
}
