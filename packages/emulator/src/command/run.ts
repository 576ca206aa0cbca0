import { type Emulator, start } from '../emulator.js'
import { isLoopbackName } from '../util/host-names.js'
import { HELP, readArguments, type Wish } from './arguments.js'
import { greeting, jsonLine, textLine } from './lines.js'

/** Where the command writes a line. */
export interface Output {
  readonly print: (line: string) => void
  readonly complain: (line: string) => void
}

/** A mistake on the command line, as opposed to a start that failed. */
const WRONG_USAGE = 2

/** @returns the emulator that runs now, or the exit code */
export async function runCommand(
  args: readonly string[],
  version: () => string,
  output: Output,
): Promise<Emulator | number> {
  try {
    const wish = readArguments(args)
    if (wish === 'help') output.print(HELP)
    else if (wish === 'version') output.print(version())
    else return await serve(wish, output)
    return 0
  } catch (error) {
    const isUsage = error instanceof TypeError
    const { message } = error as Error
    output.complain(`portal-sso-emulator: ${message}${isUsage ? '\nTry portal-sso-emulator --help' : ''}`)
    return isUsage ? WRONG_USAGE : 1
  }
}

async function serve(
  { options, json }: Exclude<Wish, string>,
  { print, complain }: Output,
): Promise<Emulator> {
  const { emulator, events } = await start(options)
  const { host } = options
  if (host !== undefined && !isLoopbackName(host)) {
    complain(
      `portal-sso-emulator: other machines reach it at ${host}. It has no TLS, and the key lets a client read everything.`,
    )
  }
  const env = { ...emulator.env, PORTAL_SSO_BASE_URL: 'http://localhost:8080' }
  print(json ? JSON.stringify({ type: 'started', env }) : greeting(emulator, env))
  events.listen((event) => {
    const line = json ? jsonLine(event) : textLine(event)
    if (line !== undefined) print(line)
  })
  return emulator
}
