import type { Problem } from '../options/checks.js'
import { isNearMiss } from '../options/checks.js'
import type { Config } from '../options/options.js'
import type { Check } from './report.js'

export type Environment = Readonly<Record<string, string | undefined>>

/** The variables that are read, with the option that each stands for. */
const VARIABLES = {
  CHARGEBEE_SITE: 'site',
  CHARGEBEE_API_KEY: 'apiKey',
  CHARGEBEE_API_URL: 'apiUrl',
  CHARGEBEE_PORTAL_URL: 'portalUrl',
  PORTAL_SSO_BASE_URL: 'baseUrl',
  PORTAL_SSO_SECRET: 'secret',
} as const

type Variable = keyof typeof VARIABLES

const NAMES = Object.keys(VARIABLES) as Variable[]

/** What every call needs. */
const NEEDED: readonly (string | undefined)[] = ['site', 'apiKey', 'apiUrl', 'portalUrl']

export function canCall(problems: readonly Problem[]): boolean {
  return !problems.some(({ option }) => NEEDED.includes(option))
}

/** One check for each variable, one for each other option that is wrong, and for variables that nothing reads. */
export function checkSettings(config: Config, problems: readonly Problem[], env: Environment): Check[] {
  const ofVariables = NAMES.flatMap((name): Check[] => {
    const wrong = problems.filter(({ option }) => option === VARIABLES[name])
    if (wrong.length > 0) return wrong.map((problem) => toCheck(name, problem))
    const others = problems.some(({ option }) => option === 'site') && name.endsWith('_URL')
    return others && !env[name] && name !== 'PORTAL_SSO_BASE_URL' ? [] : [describe(name, config, env)]
  })
  const known: readonly (string | undefined)[] = Object.values(VARIABLES)
  const ofOptions = problems
    .filter(({ option }) => !known.includes(option))
    .map((problem) => toCheck(problem.option ?? 'options', problem))
  return [...ofVariables, ...ofOptions, ...checkNames(env)]
}

function toCheck(name: string, { problem, mend }: Problem): Check {
  return { name, outcome: 'wrong', text: problem, mend }
}

function describe(
  name: Variable,
  { site, apiUrl, portalUrl, baseUrl, secrets }: Config,
  env: Environment,
): Check {
  const ok = (text: string): Check => ({ name, outcome: 'ok', text })
  switch (name) {
    case 'CHARGEBEE_SITE':
      return ok(site)
    case 'CHARGEBEE_API_KEY':
      return ok('given')
    case 'CHARGEBEE_API_URL':
      return ok(`the API is at ${apiUrl.host}`)
    case 'CHARGEBEE_PORTAL_URL':
      return ok(`the portal is at ${portalUrl.host}`)
    case 'PORTAL_SSO_BASE_URL': {
      const { host } = new URL(baseUrl.origin)
      if (baseUrl.takesReturn) return ok(`customers come back to ${host}`)
      return {
        name,
        outcome: 'warning',
        text: `Chargebee brings nobody back to the port of ${host}: it takes 443, 80, 8443 and 8080 only`,
        mend: 'Run on 8080 to be brought back from the portal, and to sign in there at all.',
      }
    }
    case 'PORTAL_SSO_SECRET':
      return env[name]
        ? ok(`given; ${secrets.loginState.length} in all`)
        : ok(
            'not in the environment. Without one, cookies are sealed with what is derived from the API key: a new key then needs previousApiKeys',
          )
  }
}

/** Names of variables that were meant to be read, and are not. */
function checkNames(env: Environment): Check[] {
  const isOurs = (name: string) => name.startsWith('PORTAL_SSO_') || name.startsWith('CHARGEBEE_')
  const unknown = Object.keys(env).filter((name) => isOurs(name) && !NAMES.some((known) => known === name))
  return unknown.flatMap((name): Check[] => {
    const near = NAMES.find((known) => isNearMiss(name, known))
    // Other programs have variables of Chargebee's name too; ours are nobody else's.
    if (near === undefined && !name.startsWith('PORTAL_SSO_')) return []
    const mend = near ? `Did you mean ${near}?` : `Known are: ${NAMES.join(', ')}.`
    return [{ name, outcome: 'warning', text: 'nothing reads a variable of this name', mend }]
  })
}
