/** Parameters in order; a name may come twice. */
export type Query = readonly (readonly [string, string])[]

/** What people put into a query to see it come out somewhere else. */
export const HOSTILE_QUERIES: readonly Query[] = [
  [['x', '"><script>alert(1)</script>']],
  [['x', "'><img src=x onerror=alert(1)>"]],
  [['to', '0;url=https://evil.example/']],
  [['to', "';url=//evil.example/"]],
  [['x', 'a\r\nSet-Cookie: psso.evil=1\r\n\r\n<b>']],
  [['"><script>alert(1)</script>', 'x']],
  [['x', '&quot;&lt;&#x3c;']],
  [['return_to', 'https://evil.example/']],
  [['x', '\u2028 \u0000 \ud83d\ude00']],
]

export function toSearch(query: Query): string {
  return query.length === 0
    ? ''
    : `?${new URLSearchParams(query.map(([name, value]): [string, string] => [name, value]))}`
}
