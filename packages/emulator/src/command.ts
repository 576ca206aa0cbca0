import { parseArgs } from 'node:util'
import { type Emulator, startEmulator } from './emulator.js'
import { DEFAULT_API_KEY, DEFAULT_SITE } from './options.js'
import { defaultCustomers } from './site/default-customers.js'

const DEFAULT_PORT = 8480

const HELP = `A local Chargebee for development: the portal-session API, the customer portal and its login.

Usage: portal-sso-emulator [options]

  --port <number>   port on the loopback interface (default ${DEFAULT_PORT})
  --site <name>     name of the emulated site (default ${DEFAULT_SITE})
  --api-key <key>   the API key that it accepts (default ${DEFAULT_API_KEY})
  --help            this text
`

/** A mistake on the command line, as opposed to a start that failed. */
const WRONG_USAGE = 2

main().catch((error: Error) => {
  const usage = error instanceof TypeError
  console.error(`portal-sso-emulator: ${error.message}${usage ? '\nTry portal-sso-emulator --help' : ''}`)
  process.exitCode = usage ? WRONG_USAGE : 1
})

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      site: { type: 'string' },
      'api-key': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    console.log(HELP)
    return
  }
  const emulator = await startEmulator({
    port: readPort(values.port),
    ...(values.site !== undefined && { site: values.site }),
    ...(values['api-key'] !== undefined && { apiKey: values['api-key'] }),
  })
  stopOnSignal(emulator)
  console.log(greeting(emulator))
}

function readPort(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT
  if (!/^\d{1,5}$/.test(text)) throw new TypeError(`--port: a whole number from 0 to 65535; got '${text}'`)
  return Number(text)
}

function stopOnSignal(emulator: Emulator): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Once: a second Ctrl-C ends the process the hard way.
    process.once(signal, () => void emulator.close())
  }
}

function greeting({ env, portalUrl, site }: Emulator): string {
  const customers = defaultCustomers(0).map(
    ({ id, email = '', password }) =>
      `  ${id.padEnd(16)}${email.padEnd(20)}${password ?? '(none yet: sign up)'}`,
  )
  const lines = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  return `A local Chargebee for the site ${site} is running. Environment for your application:

${lines.join('\n')}

Customers, with e-mail address and password for the portal's own login:
${customers.join('\n')}

Customer portal: ${portalUrl}/portal (entered through an access URL)
Its login:       ${portalUrl}/portal/login?return_url=http://localhost:8080/
Stop it with Ctrl-C.`
}
