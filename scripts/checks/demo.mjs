import '../lib/require-node.mjs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { pathToFileURL } from 'node:url'
import { freePorts as takeFreePorts } from '../lib/free-ports.mjs'
import { createReport, refuse } from '../lib/report.mjs'
import { ownPnpm, testEnvironment } from '../lib/run.mjs'
import { root } from '../lib/workspace.mjs'

/** Runs the demo command as a person would: start, look, Ctrl-C. */
export async function checkDemo(report) {
  for (const example of ['express', 'koa', 'chargebee-login', 'embedded', 'express-redis', 'oidc-logout']) {
    await report.check(`demo: ${example} starts, answers and stops on Ctrl-C`, () => startAndStop([example]))
  }
  await report.check('demo: says at once which ports are taken', startOnTakenPorts)
  await report.check('demo: says in a sentence what is wrong with the command', startWrongly)
}

async function startAndStop(args) {
  const { PORT, EMULATOR_PORT, PROVIDER_PORT } = await freePorts()
  const demo = startDemo(args, { PORT, EMULATOR_PORT, PROVIDER_PORT })
  const address = `http://localhost:${PORT}`
  await Promise.race([demo.says(address), demo.ended])
  const problems = demo.running ? [] : ['it ended by itself']
  if (demo.running) {
    const page = await fetch(address)
    if (!page.ok) problems.push(`the page answers ${page.status}`)
    await page.text()
    demo.pressCtrlC()
  }
  const { code, output } = await demo.ended
  if (code !== 0) problems.push(`the exit code is ${code}`)
  if (/ELIFECYCLE|^ {4}at /m.test(output)) problems.push('there is noise when it stops')
  for (const port of [PORT, EMULATOR_PORT]) {
    if (!(await isFree(port))) problems.push(`port ${port} is still taken`)
  }
  if (problems.length > 0) problems.push(output)
  refuse(problems)
}

async function startOnTakenPorts() {
  const { PORT, EMULATOR_PORT } = await freePorts()
  const ports = { PORT, EMULATOR_PORT }
  const taken = await Promise.all(Object.values(ports).map((port) => listen(Number(port), '127.0.0.1')))
  const { code, output } = await startDemo(['koa'], ports).ended
  for (const server of taken) server.close()
  const problems = [
    ...(code === 1 ? [] : [`the exit code is ${code}`]),
    ...Object.values(ports).flatMap((port) =>
      output.includes(`${port} is taken`) ? [] : [`not a word of ${port}`],
    ),
    ...(/PORT=\d+ EMULATOR_PORT=\d+ npx -y pnpm@10 demo koa/.test(output)
      ? []
      : ['no command that chooses others']),
    ...(/^ {4}at |Installing|Starting/m.test(output) ? ['there is more than that'] : []),
  ]
  if (problems.length > 0) problems.push(output)
  refuse(problems)
}

async function startWrongly() {
  const { code, output } = await startDemo(['--no-build'], {}).ended
  const problems = [
    ...(code === 1 ? [] : [`the exit code is ${code}`]),
    ...(output.includes('The demo has no option --no-build') ? [] : ['it does not say what is wrong']),
    ...(/^ {4}at |Installing|Starting/m.test(output) ? ['there is more than that'] : []),
  ]
  if (problems.length > 0) problems.push(output)
  refuse(problems)
}

function startDemo(args, ports) {
  const command = ownPnpm ? [ownPnpm, 'run', 'demo'] : ['scripts/demo.mjs']
  // A process group of its own, as a terminal gives to a command: Ctrl-C goes to all of it.
  const child = spawn(process.execPath, [...command, ...args], {
    cwd: root,
    env: { ...testEnvironment(), ...ports },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const demo = {
    running: true,
    pressCtrlC: () => signalAll('SIGINT'),
    ended: once(child, 'close').then(([code]) => {
      demo.running = false
      clearTimeout(late)
      process.off('exit', killAll)
      return { code, output }
    }),
    async says(text) {
      while (!output.includes(text)) await once(child.stdout, 'data')
    },
  }
  const signalAll = (signal) => {
    try {
      process.kill(-Number(child.pid), signal)
    } catch {
      // It has ended just now.
    }
  }
  const killAll = () => signalAll('SIGKILL')
  const late = setTimeout(killAll, 3 * 60_000)
  process.once('exit', killAll)
  return demo
}

async function freePorts() {
  const [PORT, EMULATOR_PORT] = await takeFreePorts(2)
  return { PORT, EMULATOR_PORT }
}

async function isFree(port) {
  try {
    const server = await listen(Number(port))
    await once(server.close(), 'close')
    return true
  } catch {
    return false
  }
}

async function listen(port, host = 'localhost') {
  const server = createServer().listen(port, host)
  await once(server, 'listening')
  return server
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const report = createReport()
  await checkDemo(report)
  process.exitCode = report.finish()
}
