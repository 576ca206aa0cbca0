// Any origin does, as long as nobody can know it as theirs: `.invalid` never resolves (RFC 6761).
const here = 'http://here.invalid'

/**
 * Where to go after sign-in: `value` when it is a path on this host, else `fallback`. The answer is safe in a
 * `Location` header and in a link.
 *
 * A list of bad prefixes is not enough (`/\evil.example`, `/<tab>/evil.example` and `/.//evil.example` all
 * leave the host in a browser), so the value is resolved the way a browser does it, and what is returned is
 * what was checked, not what came in.
 */
export function toReturnPath(value: unknown, fallback: string): string {
  if (typeof value !== 'string' || !value.startsWith('/')) return fallback
  const url = URL.canParse(value, here) ? new URL(value, here) : undefined
  if (url?.origin !== here) return fallback
  const path = url.pathname + url.search + url.hash
  return path.startsWith('//') ? fallback : path
}
