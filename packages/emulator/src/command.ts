import { readFileSync } from 'node:fs'
import { runCommand } from './command/run.js'

function version(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}

async function main(): Promise<void> {
  // Listened to before anything is printed: a program that reads it may stop this one at once.
  const stopped = new Promise<void>((resolve) => {
    // Once: a second Ctrl-C ends the process the hard way.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  const started = await runCommand(process.argv.slice(2), version, {
    print: (line) => console.log(line),
    complain: (line) => console.error(line),
  })
  if (typeof started === 'number') {
    process.exitCode = started
    return
  }
  await stopped
  await started.close()
}

void main()
