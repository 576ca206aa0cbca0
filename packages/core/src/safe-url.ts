/** Chargebee's limit for `redirect_url` and `forward_url`, in characters (API reference, create a portal session). */
export const MAX_URL_LENGTH = 250

/** Longest address that Chargebee hands out as `access_url` (API reference, portal session attributes). */
export const MAX_ACCESS_URL_LENGTH = 550

/** `localhost`, `*.localhost`, 127.0.0.0/8 and `[::1]`, as `URL.hostname` spells them. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  )
}

/** https, or http to a loopback host; without user name and password. */
export function isSecure(url: URL): boolean {
  const scheme = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  return scheme && url.username === '' && url.password === ''
}

export function parseUrl(value: string): URL | undefined {
  // The URL parser drops tabs, line feeds and outer spaces, so an address with these reads otherwise than it looks.
  if (/[\s\p{Cc}]/u.test(value)) return undefined
  return URL.canParse(value) ? new URL(value) : undefined
}

/**
 * A path on `origin`, percent-encoded and with dot segments resolved, or `undefined` where a browser that is
 * redirected to it could end anywhere else.
 */
export function toLocalPath(value: string, origin: string): string | undefined {
  if (!/^\/(?![/\\])/.test(value) || /[\s\p{Cc}\\]/u.test(value)) return undefined
  if (!URL.canParse(value, origin)) return undefined
  const url = new URL(value, origin)
  // `/x/..//host` resolves to `//host`, which a browser takes for another website.
  if (url.origin !== origin || url.pathname.startsWith('//')) return undefined
  return url.pathname + url.search + url.hash
}

/** `path` with one more query parameter, which replaces one of the same name. */
export function withQuery(path: string, name: string, value: string): string {
  const [beforeHash, ...hash] = path.split('#')
  const [pathname, ...search] = (beforeHash ?? '').split('?')
  const others = search
    .join('?')
    .split('&')
    .filter((pair) => pair !== '' && pair.split('=')[0] !== name)
  const query = [...others, `${name}=${encodeURIComponent(value)}`].join('&')
  return `${pathname}?${query}${hash.length > 0 ? `#${hash.join('#')}` : ''}`
}

// What RFC 3986 allows in a path segment, without the percent sign: an encoded mount path is not decoded.
const MOUNT = /^(?:\/[A-Za-z0-9\-._~!$&'()*+,;=:@]+)*$/

/** Whether what the public address has in front of a route may stand in a redirect. */
export function isMountPath(value: string): boolean {
  return MOUNT.test(value) && !value.split('/').some((segment) => segment === '.' || segment === '..')
}

/** An address on one of the portal's hosts (`host` as `URL.host` spells it, with a port that is not the default). */
export function isPortalUrl(value: string, hosts: ReadonlySet<string>): boolean {
  const url = parseUrl(value)
  return url !== undefined && isSecure(url) && hosts.has(url.host)
}
