import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import getPort from 'get-port'
import { createClient } from 'redis'

const execute = promisify(execFile)

export interface DemoRedis {
  readonly url: string
  /** For the terminal: which one it is. */
  readonly origin: string
  /** Whether it is the demo's own, and may be stopped and emptied. */
  readonly isOwn: boolean
  pause(): Promise<void>
  goOn(): Promise<void>
  close(): Promise<void>
}

const waysToGetOne = `This example needs Redis or Valkey, and there is none. One of these gives you one:

  sudo apt-get install redis-server                  Debian, Ubuntu
  brew install redis                                 macOS
  docker run -d -p 6379:6379 redis:7                 then REDIS_URL=redis://localhost:6379 in front of the command
  wsl sudo apt-get install redis-server              Windows, and the command in WSL as well

Without any of them: npx -y pnpm@10 demo, where one process remembers in cookies.`

/**
 * `REDIS_URL`, or a server of the demo's own: `REDIS_SERVER_PATH`, `redis-server` or `valkey-server`, or Docker.
 * @throws Error with the ways to get one, where there is none
 */
export async function startRedis(): Promise<DemoRedis> {
  const { REDIS_URL: url, REDIS_SERVER_PATH: path } = process.env
  if (url) return { url, origin: 'REDIS_URL', isOwn: false, pause: nothing, goOn: nothing, close: nothing }
  for (const program of [path, 'redis-server', 'valkey-server']) {
    if (program && (await works(program, '--version'))) return startServer(program)
  }
  if (await works('docker', 'info')) return startContainer()
  throw new Error(waysToGetOne)
}

async function startServer(program: string): Promise<DemoRedis> {
  const port = await getPort()
  const folder = await mkdtemp(join(tmpdir(), 'portal-sso-demo-'))
  const args = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'yes',
  ]
  // A group of its own: the terminal's Ctrl-C would stop it before the processes have said to Chargebee what ends.
  const child = spawn(program, args, { stdio: 'ignore', detached: true })
  const url = `redis://127.0.0.1:${port}`
  await answers(url, child)
  return {
    url,
    origin: `${program}, on port ${port}`,
    isOwn: true,
    pause: async () => void child.kill('SIGSTOP'),
    goOn: async () => void child.kill('SIGCONT'),
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function startContainer(): Promise<DemoRedis> {
  const port = await getPort()
  const name = `portal-sso-demo-${port}`
  const publish = `127.0.0.1:${port}:6379`
  const command = ['run', '--rm', '--name', name, '-p', publish, 'redis:7-alpine', '--appendonly', 'yes']
  const child = spawn('docker', command, { stdio: 'ignore', detached: true })
  const url = `redis://127.0.0.1:${port}`
  await answers(url, child)
  const docker = async (...args: string[]) => void (await execute('docker', args))
  return {
    url,
    origin: `Docker, on port ${port}`,
    isOwn: true,
    pause: () => docker('pause', name),
    goOn: () => docker('unpause', name),
    close: () => docker('kill', name),
  }
}

/** Resolves when a server answers there; rejects when the program that should be it ends. */
async function answers(url: string, child: ChildProcess): Promise<void> {
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with exit code ${code}.`)))
  })
  ended.catch(() => {})
  const client = createClient({ url, socket: { reconnectStrategy: 100 } }).on('error', () => {})
  try {
    await Promise.race([client.connect().then(() => client.ping()), ended])
  } finally {
    client.destroy()
  }
}

async function works(program: string, argument: string): Promise<boolean> {
  return execute(program, [argument]).then(
    () => true,
    () => false,
  )
}

async function nothing(): Promise<void> {}
