import type { EmulatorEvent } from '../control/events.js'
import type { Emulator } from '../emulator.js'

/** What the command says first. */
export function greeting({ portalUrl, site }: Emulator, env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  return `A local Chargebee for the site ${site} is running. Environment for your application:

${lines.join('\n')}

Who is there, what happens, and buttons:  ${portalUrl}/
The customer portal's own login:          ${portalUrl}/portal/login
Stop it with Ctrl-C. API calls follow, one a line:`
}

/** A call has one line: when it is answered, or when it is clear that it will not be. */
function isOver(event: EmulatorEvent): boolean {
  return event.type !== 'call' || event.call.status !== null || event.call.why !== undefined
}

export function jsonLine(event: EmulatorEvent): string | undefined {
  return isOver(event) ? JSON.stringify(event) : undefined
}

export function textLine(event: EmulatorEvent): string | undefined {
  if (event.type !== 'call' || !isOver(event)) return undefined
  const { at, method, path, status, params, why } = event.call
  const time = new Date(at).toTimeString().slice(0, 8)
  const customer = params['customer[id]']
  const text = [time, status ?? '---', method, path, customer, why && `· ${why}`].filter(Boolean).join(' ')
  // What a client sent does not write to the terminal.
  return text.replace(/\p{Cc}/gu, '?')
}
