import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { freePorts } from '../lib/free-ports.mjs'
import { foreignEnvironment, run } from '../lib/run.mjs'

/**
 * The newest that runs on Node 20. In a folder of its own, since it would bring more packages than the workspace has;
 * one of what it needs asks for a tag that not every registry serves.
 */
const PROGRAM = { dependencies: { verdaccio: '6.8.0' }, overrides: { 'node-fetch': '2.7.0' } }

/**
 * Starts a registry that has nothing but what is published to it.
 * @param {string} folder
 * @returns {Promise<{ url: string, token: string, close: () => Promise<void> }>}
 */
export async function startRegistry(folder) {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, ...PROGRAM }))
  const config = join(folder, 'config.yaml')
  await writeFile(config, CONFIG)
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'], {
    cwd: folder,
    env: foreignEnvironment(),
  })
  const [port] = await freePorts(1)
  const url = `http://127.0.0.1:${port}`
  const program = join(folder, 'node_modules/verdaccio/bin/verdaccio')
  const server = execa(process.execPath, [program, '--config', config, '--listen', url], {
    cwd: folder,
    env: foreignEnvironment(),
    extendEnv: false,
    all: true,
    reject: false,
    timeout: 30 * 60_000,
  })
  const close = async () => {
    server.kill()
    await server
  }
  try {
    await Promise.race([
      isUp(url),
      server.then(({ all }) => Promise.reject(new Error(`verdaccio ended:\n${all}`))),
    ])
    return { url, token: await signUp(url), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** @param {string} url */
async function isUp(url) {
  for (;;) {
    const answer = await fetch(`${url}/-/ping`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** @param {string} url @returns {Promise<string>} a token */
async function signUp(url) {
  const answer = await fetch(`${url}/-/user/org.couchdb.user:releaser`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'releaser', password: randomBytes(12).toString('hex') }),
  })
  const { token } = /** @type {{ token?: string }} */ (await answer.json())
  if (!token) throw new Error(`verdaccio gave no token: ${answer.status}`)
  return token
}

const CONFIG = `
storage: ./storage
auth:
  htpasswd:
    file: ./htpasswd
packages:
  '**':
    access: $all
    publish: $authenticated
log: { type: stdout, format: pretty, level: warn }
`
