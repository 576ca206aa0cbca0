import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs, parseEnv } from 'node:util'
import { isCustomerId } from '../chargebee/portal-session.js'
import { isPlainObject } from '../options/checks.js'
import { examine } from './examine.js'
import { toText } from './report.js'
import type { Environment } from './settings.js'

const HELP = `Looks at a set-up of @portal-sso: settings, key, Chargebee site, clock, store.

Usage: portal-sso doctor [options]        (npx @portal-sso/core doctor [options])

  --customer <id>     opens, looks at and ends one portal session of this customer of
                      the site, and asks the site what Chargebee does not document
  --env-file <file>   reads variables from it, beside those of the environment
  --options <file>    a module whose default export is what your code gives to
                      portalSso(); otherwise only the environment is known
  --json              the report as JSON, for programs
  --version           the version
  --help              this text

Exit status: 0 all well, 1 something is wrong, 2 wrong use. No key, token or address of
a session is printed.
`

/** A mistake on the command line, as opposed to something that is wrong. */
class WrongUse extends Error {}

const EXIT_STATUS = { allWell: 0, wrong: 1, wrongUse: 2 } as const

export interface Run {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

/** One run of the command, without the process: what it prints, and its exit status. */
export async function run(args: readonly string[], env: Environment): Promise<Run> {
  try {
    return { stderr: '', ...(await obey(args, env)) }
  } catch (error) {
    if (!(error instanceof WrongUse)) throw error
    const stderr = `portal-sso: ${error.message}\nTry portal-sso --help\n`
    return { stdout: '', stderr, exitCode: EXIT_STATUS.wrongUse }
  }
}

async function obey(args: readonly string[], env: Environment): Promise<Omit<Run, 'stderr'>> {
  const { values, positionals } = parse(args)
  if (values.help) return { stdout: HELP, exitCode: EXIT_STATUS.allWell }
  if (values.version) return { stdout: `${version()}\n`, exitCode: EXIT_STATUS.allWell }
  const [command, ...more] = positionals
  if (command === undefined) throw new WrongUse('say what to do: portal-sso doctor')
  if (command !== 'doctor') throw new WrongUse('there is one command: doctor')
  if (more.length > 0) throw new WrongUse('there is a word too many; a customer is --customer ID')
  if (values.customer !== undefined && !isCustomerId(values.customer)) {
    throw new WrongUse('--customer: 1 to 50 visible characters of ASCII, as Chargebee has the id')
  }
  const report = await examine({
    version: version(),
    env: values['env-file'] === undefined ? env : { ...readEnvironment(values['env-file']), ...env },
    options: values.options === undefined ? undefined : await loadOptions(values.options),
    customerId: values.customer,
  })
  return {
    stdout: values.json ? `${JSON.stringify(report, null, 2)}\n` : toText(report),
    exitCode: report.ok ? EXIT_STATUS.allWell : EXIT_STATUS.wrong,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        customer: { type: 'string' },
        'env-file': { type: 'string' },
        options: { type: 'string' },
        json: { type: 'boolean' },
        version: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new WrongUse((error as Error).message)
  }
}

function readEnvironment(file: string): Environment {
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new WrongUse(`--env-file: ${(error as Error).message}`)
  }
}

async function loadOptions(file: string): Promise<Record<string, unknown>> {
  let loaded: { readonly default?: unknown }
  try {
    loaded = await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    throw new WrongUse(`--options: ${file} can not be loaded: ${(error as Error).message}`)
  }
  if (!isPlainObject(loaded.default)) {
    throw new WrongUse(`--options: the default export of ${file} is no object of options`)
  }
  return loaded.default
}

// By the package's own name: the code is at another depth once it is built.
const version = (): string => createRequire(import.meta.url)('@portal-sso/core/package.json').version

export async function main(): Promise<void> {
  const { stdout, stderr, exitCode } = await run(process.argv.slice(2), process.env)
  // What the options of the host have opened, as a store's client, must not keep the command from ending.
  process.stderr.write(stderr, () => process.stdout.write(stdout, () => process.exit(exitCode)))
}
