/** Path and query of a request line, the query without its question mark. */
export function splitUrl(url = '/'): { path: string; query: string } {
  const at = url.indexOf('?')
  return at === -1 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) }
}
