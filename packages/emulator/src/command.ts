import { readFileSync } from 'node:fs'
import { runCommand } from './command/run.js'

function version(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}

async function main(): Promise<void> {
  const started = await runCommand(process.argv.slice(2), version, {
    print: (line) => console.log(line),
    complain: (line) => console.error(line),
  })
  if (typeof started === 'number') {
    process.exitCode = started
    return
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Once: a second Ctrl-C ends the process the hard way.
    process.once(signal, () => void started.close())
  }
}

void main()
