import { absoluteUrl, hasAllowedPort } from './url-rules.js'

export interface LoginUrlRules {
  /** As `readAllowedDomains` gives them. */
  readonly allowedDomains: readonly string[]
  readonly anyPort: boolean
  readonly keepQuery: boolean
}

export type LoginUrlProblem = 'not-absolute' | 'user-info' | 'domain' | 'port'

/**
 * Whether Chargebee's login would lead to this `return_url` or `cancel_url`: its domain has to be on the
 * site's list of allowed domains (source: Chargebee's API reference, portal sessions), its port one of four
 * (source: README of chargebee/customer-portal-php, less its 9001, which nothing newer repeats).
 *
 * @returns the URL that the browser is sent to, in its parsed form
 */
export function checkLoginUrl(
  text: string,
  rules: LoginUrlRules,
): { url: string; problem?: undefined } | { problem: LoginUrlProblem } {
  const url = absoluteUrl(text)
  if (url === undefined) return { problem: 'not-absolute' }
  if (url.username !== '' || url.password !== '') return { problem: 'user-info' }
  if (!rules.allowedDomains.some((domain) => isOfDomain(url.hostname, domain))) return { problem: 'domain' }
  if (!rules.anyPort && !hasAllowedPort(url)) return { problem: 'port' }
  if (!rules.keepQuery) {
    url.search = ''
    url.hash = ''
  }
  return { url: url.href }
}

/**
 * Domain names in the form in which a parsed URL has them.
 *
 * @throws {TypeError} not a list of bare domain names, each with or without a leading `*.`
 */
export function readAllowedDomains(domains: unknown): readonly string[] {
  if (!Array.isArray(domains)) throw wrongDomain(domains)
  return domains.map((domain) => {
    const match = /^(\*\.)?([\p{L}\p{N}._-]+|\[[\da-f:.]+\])$/iu.exec(
      typeof domain === 'string' ? domain : '',
    )
    const url = absoluteUrl(`http://${match?.[2]}/`)
    if (match === null || url === undefined) throw wrongDomain(domain)
    return `${match[1] ?? ''}${url.hostname}`
  })
}

function isOfDomain(hostname: string, domain: string): boolean {
  if (!domain.startsWith('*.')) return hostname === domain
  // `http://%2eapps.example` parses, to a name that begins with nothing and is no subdomain.
  return hostname.endsWith(domain.slice(1)) && hostname.split('.').every((label) => label !== '')
}

function wrongDomain(value: unknown): TypeError {
  const expected =
    "an array of domain names without scheme, port or path, like ['example.com', '*.localhost']"
  return new TypeError(`login.allowedDomains: ${expected}; got ${JSON.stringify(value)}`)
}
