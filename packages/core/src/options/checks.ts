import { distance } from 'fastest-levenshtein'
import { isSecure, parseUrl, toLocalPath } from '../safe-url.js'

// The texts describe a wrong value and never quote it: a key pasted into the wrong option would end in a log.

/** What is wrong with the options, and how to mend it; never a value. */
export interface Problem {
  /** `undefined` where there is no such option. */
  readonly option: string | undefined
  readonly problem: string
  readonly mend: string
}

/** What is wrong with one option. `createFindings` reports all of them together. */
class WrongOption extends Error {
  constructor(readonly problem: Problem) {
    super(toSentence(problem))
  }
}

function toSentence({ option, problem, mend }: Problem): string {
  return `${option === undefined ? '' : `option "${option}" `}${problem}. ${mend}`
}

export function refuseOption(option: string, problem: string, mend: string): never {
  throw new WrongOption({ option, problem, mend })
}

/** Collects what is wrong, so that all faults are reported at once. */
export interface Findings {
  /** Gives the value of `read`. Where `read` refuses an option, that is noted, and `inPlace` is given. */
  look<T>(read: () => T, inPlace: T): T
  /** Everything that was noted. */
  readonly problems: readonly Problem[]
}

export function createFindings(): Findings {
  const problems = new Map<string, Problem>()
  return {
    look(read, inPlace) {
      try {
        return read()
      } catch (error) {
        if (!(error instanceof WrongOption)) throw error
        problems.set(error.message, error.problem)
        return inPlace
      }
    },
    get problems() {
      return [...problems.values()]
    },
  }
}

/** @throws TypeError with all of them, if there is any */
export function throwAny(problems: readonly Problem[]): void {
  const [first, ...others] = problems.map(toSentence)
  if (first === undefined) return
  throw new TypeError(
    others.length === 0
      ? `portalSso(): ${first}`
      : `portalSso(): ${problems.length} options are wrong:\n${[first, ...others].map((text) => `- ${text}`).join('\n')}`,
  )
}

export function checkNames(what: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue
    const near = known.find((other) => isNearMiss(name, other))
    const mend = near ? `Did you mean "${near}"?` : `Known are: ${known.join(', ')}.`
    throw new WrongOption({ option: undefined, problem: `unknown ${what} "${name}"`, mend })
  }
}

/** Whether one was written in place of the other: nearly the same letters, in any case and with any marks between. */
export function isNearMiss(name: string, other: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  return distance(plain(name), plain(other)) <= 2
}

/** A copy with the object's own properties and no others: a polluted prototype configures nothing. */
export function checkPlainObject(option: string, value: unknown): Record<string, unknown> {
  if (!isPlainObject(value)) refuseOption(option, 'is not a plain object', 'Pass an object literal.')
  return Object.assign(Object.create(null), value)
}

/** An object literal, of this realm or another one; no list, `Map`, `Date`, instance of a class or function. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

export function checkFunction<F>(option: string, value: F | undefined, mend: string): F {
  if (typeof value !== 'function') {
    refuseOption(option, value === undefined ? 'is missing' : 'is not a function', mend)
  }
  return value
}

export function checkString(option: string, value: unknown, pattern: RegExp, mend: string): string {
  if (value === undefined) refuseOption(option, 'is missing', mend)
  if (typeof value !== 'string') refuseOption(option, 'is not a string', mend)
  if (!pattern.test(value))
    refuseOption(option, value === '' ? 'is empty' : "has a form that can't be right", mend)
  return value
}

export function checkNumber(option: string, value: unknown, min: number, max: number): number {
  const mend = `Pass a whole number from ${min} to ${max}.`
  if (typeof value !== 'number' || !Number.isInteger(value))
    refuseOption(option, 'is not a whole number', mend)
  if (value < min || value > max) refuseOption(option, 'is out of range', mend)
  return value
}

export function checkChoice<T extends string>(option: string, value: unknown, choices: readonly T[]): T {
  if (!choices.includes(value as T)) {
    refuseOption(
      option,
      'is none of its values',
      `Pass ${choices.map((choice) => `'${choice}'`).join(' or ')}.`,
    )
  }
  return value as T
}

export function checkUrl(option: string, value: unknown, example: string): URL {
  const mend = `Pass an address such as '${example}'.`
  const url = parseUrl(checkString(option, value, /./, mend))
  if (!url) refuseOption(option, 'is not an absolute address', mend)
  if (url.username !== '' || url.password !== '') refuseOption(option, 'holds a user name or password', mend)
  if (!isSecure(url)) refuseOption(option, 'is neither https nor http on a loopback host', mend)
  if (url.search !== '' || url.hash !== '') refuseOption(option, 'has a query or fragment', mend)
  return url
}

export function checkOrigin(option: string, value: unknown, example: string): URL {
  const url = checkUrl(option, value, example)
  if (url.pathname !== '/') refuseOption(option, 'has a path', `Pass an origin such as '${example}'.`)
  return url
}

/** A place on the host that a redirect may lead to. */
export function checkLocalPath(option: string, value: unknown, origin: string): string {
  const mend = `Pass a path that starts with one slash, such as '/account'; it begins at ${origin}.`
  const path = toLocalPath(checkString(option, value, /./, mend), origin)
  if (path === undefined) {
    const elsewhere = `For another origin, pass a path of your own that redirects there${option === 'loginUrl' ? ', and bring "return_to" back unchanged' : ''}.`
    refuseOption(option, 'is not a path on the host', `${mend} ${elsewhere}`)
  }
  return path
}

const ROUTE = /^(?:\/[A-Za-z0-9\-._~]+)+$/

/** A path that a request is compared with, letter by letter. */
export function checkRoutePath(option: string, value: unknown, example: string): string {
  const mend = `Pass a path such as '${example}': a leading slash, no trailing one, letters, digits and -._~ only.`
  const path = checkString(option, value, ROUTE, mend)
  if (path.split('/').some((segment) => segment === '.' || segment === '..'))
    refuseOption(option, 'has dot segments', mend)
  return path
}
