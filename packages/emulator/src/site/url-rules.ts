/** The only ports a `redirect_url` may have (source: chargebee/chargebee-dotnet issue 23, maintainer's answer). */
const ALLOWED_PORTS: ReadonlySet<string> = new Set(['443', '80', '8443', '8080'])

export type RedirectUrlProblem = 'not-absolute' | 'port'

/**
 * Whether Chargebee would take this `redirect_url`: an absolute http or https URL (inferred, no source says
 * so) on one of four ports (stated).
 */
export function redirectUrlProblem(url: string): RedirectUrlProblem | undefined {
  const parsed = absoluteUrl(url)
  if (parsed === undefined) return 'not-absolute'
  return hasAllowedPort(parsed) ? undefined : 'port'
}

/** Of an http or https URL. */
export function hasAllowedPort({ port, protocol }: URL): boolean {
  return ALLOWED_PORTS.has(port || (protocol === 'https:' ? '443' : '80'))
}

/** An absolute http(s) URL as written, not one that a lenient parser mends: no blanks, controls, backslashes. */
export function absoluteUrl(url: string): URL | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (!/^https?:\/\/[^/]/i.test(url) || /[\u0000-\u0020\u007f\\]/.test(url)) return undefined
  try {
    return new URL(url)
  } catch {
    return undefined
  }
}
