/** The only ports a `redirect_url` may have (source: chargebee/chargebee-dotnet issue 23, maintainer's answer). */
const REDIRECT_PORTS: ReadonlySet<string> = new Set(['443', '80', '8443', '8080'])

export type RedirectUrlProblem = 'not-absolute' | 'port'

/**
 * Whether Chargebee would take this `redirect_url`: an absolute http or https URL (inferred, no source says
 * so) on one of four ports (stated).
 */
export function redirectUrlProblem(url: string): RedirectUrlProblem | undefined {
  const parsed = absoluteUrl(url)
  if (parsed === undefined) return 'not-absolute'
  const port = parsed.port || (parsed.protocol === 'https:' ? '443' : '80')
  return REDIRECT_PORTS.has(port) ? undefined : 'port'
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
