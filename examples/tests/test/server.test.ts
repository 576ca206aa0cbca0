import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import getPort, { portNumbers } from 'get-port'
import { describe, expect, onTestFinished, test } from 'vitest'
import { examples } from './examples.js'

describe.each(examples)('the start script of the $name example', ({ folder, name }) => {
  test.each(['SIGINT', 'SIGTERM'] as const)('says where everything is, and ends on %s', async (signal) => {
    const [port, emulatorPort] = [await freePort(), await freePort()]
    const server = start(folder, { PORT: port, EMULATOR_PORT: emulatorPort })
    await server.prints(`The ${name} example is ready.`)
    expect(server.output()).toContain(`http://localhost:${port}\n`)
    expect(server.output()).toContain(`http://127.0.0.1:${emulatorPort}  (`)
    expect(server.output()).toContain(`  PORTAL_SSO_BASE_URL=http://localhost:${port}\n`)
    const front = await fetch(`http://127.0.0.1:${emulatorPort}`)
    expect([front.status, front.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const home = await fetch(`http://localhost:${port}/`)
    expect(await home.text()).toContain('Acme Analytics')

    server.child.kill(signal)
    expect(await server.exitCode).toBe(0)
    expect(server.output()).toMatch(/Stopped\.\n$/)
    await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow()
  })

  test.each(['PORT', 'EMULATOR_PORT'])('says plainly that %s is taken', async (variable) => {
    const ports = { PORT: await freePort(), EMULATOR_PORT: await freePort() }
    const taken = await freePort({ keep: variable === 'PORT' ? 'localhost' : '127.0.0.1' })
    const server = start(folder, { ...ports, [variable]: taken })
    expect(await server.exitCode).toBe(1)
    expect(server.output()).toContain(`Port ${taken} is taken by another program.`)
    expect(server.output()).toContain(`${variable}=`)
    expect(server.output()).not.toContain('    at ')
  })

  test('a wrong port and half a Chargebee site are named', async () => {
    const wrong = start(folder, { PORT: 'eighty' })
    expect(await wrong.exitCode).toBe(1)
    expect(wrong.output()).toContain('PORT=eighty is not a port.')

    const ports = { PORT: await freePort(), EMULATOR_PORT: await freePort() }
    const half = start(folder, { ...ports, CHARGEBEE_SITE: 'acme-test' })
    await half.prints('example is ready.')
    expect(half.output()).toContain('CHARGEBEE_API_KEY is not set')
  })

  test('with a Chargebee site and key there is no emulator', async () => {
    const server = start(folder, {
      PORT: await freePort(),
      CHARGEBEE_SITE: 'acme-test',
      CHARGEBEE_API_KEY: 'test_key_of_the_test',
    })
    await server.prints('example is ready.')
    expect(server.output()).toContain('site acme-test')
    expect(server.output()).not.toContain('emulator')
    expect(server.output()).not.toContain('test_key_of_the_test')
  })
})

/** Runs `src/server.ts` on the sources of the packages, with nothing about Chargebee in its environment but `given`. */
function start(folder: string, given: Record<string, string>) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(CHARGEBEE|PORTAL_SSO|DEMO)_|^PORT$/.test(name),
  )
  const child = spawn(
    process.execPath,
    ['--conditions=@portal-sso/source', '--import', 'tsx', 'src/server.ts'],
    {
      cwd: fileURLToPath(new URL(`../../../examples/${folder}/`, import.meta.url)),
      env: { ...Object.fromEntries(inherited), ...given },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      output += text
    })
  }
  const exitCode = once(child, 'close').then(([code]) => code as number | null)
  return {
    child,
    exitCode,
    output: () => output,
    prints: (text: string) => prints(child, () => output, text),
  }
}

/** Rejects with the output when the process ends first. */
function prints(child: ChildProcess, output: () => string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (output().includes(text)) resolve()
    }
    child.stdout?.on('data', look)
    child.once('close', () => reject(new Error(`It ended without "${text}":\n${output()}`)))
    look()
  })
}

/**
 * A free port; with `keep`, one that is taken on that host until the test ends. Below the range that systems choose
 * from by themselves, so that no other program gets it in between.
 */
async function freePort({ keep }: { keep?: string } = {}): Promise<string> {
  const from = randomInt(10_000, 30_000)
  const port = await getPort({ port: portNumbers(from, from + 20) })
  if (keep) {
    const server = createServer().listen(port, keep)
    await once(server, 'listening')
    onTestFinished(() => void server.close())
  }
  return String(port)
}
