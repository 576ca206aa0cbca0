/** A start tag of a page and its attributes, entities decoded; enough for the small static pages under test. */
export interface Tag {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
}

export function tagsOf(html: string): Tag[] {
  return [...html.matchAll(/<([a-z][a-z0-9-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi)].map(([, name, rest]) => ({
    name: (name ?? '').toLowerCase(),
    attributes: new Map(
      [...(rest ?? '').matchAll(/([^\s"'=<>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g)].map(
        ([, key, double, single, bare]) => [
          (key ?? '').toLowerCase(),
          decodeEntities(double ?? single ?? bare ?? ''),
        ],
      ),
    ),
  }))
}

/** Everything through which a page could run script. */
export function scriptsOf(html: string): Tag[] {
  return tagsOf(html).filter(
    ({ name, attributes }) =>
      ['script', 'iframe', 'object', 'embed', 'svg'].includes(name) ||
      [...attributes].some(([key, value]) => key.startsWith('on') || /^\s*(javascript|data):/i.test(value)),
  )
}

/** Where the links go, in order. */
export function linksOf(html: string): string[] {
  return tagsOf(html)
    .filter(({ name }) => name === 'a')
    .map(({ attributes }) => attributes.get('href') ?? '')
}

/** Where the page's meta refresh goes, as a browser reads it (HTML, "shared declarative refresh steps"). */
export function refreshOf(html: string): string | undefined {
  const refreshes = tagsOf(html).filter(
    ({ name, attributes }) => name === 'meta' && attributes.get('http-equiv')?.toLowerCase() === 'refresh',
  )
  if (refreshes.length !== 1) return undefined
  const content = refreshes[0]?.attributes.get('content') ?? ''
  const [, address] = /^\s*\d+\s*[;,]\s*(?:url\s*=\s*)?(.*)$/is.exec(content) ?? []
  const [, quote, quoted] = /^(['"])(.*?)(?:\1|$)/s.exec(address ?? '') ?? []
  return (quote === undefined ? address : quoted)?.trim()
}

export interface Form {
  readonly method: string
  readonly action: string
  /** How many things in it submit. */
  readonly buttons: number
}

export function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form\b[\s\S]*?<\/form>/gi)].map(([form]) => {
    const [head, ...rest] = tagsOf(form)
    return {
      method: (head?.attributes.get('method') ?? 'get').toLowerCase(),
      action: head?.attributes.get('action') ?? '',
      buttons: rest.filter(
        ({ name, attributes }) =>
          (name === 'button' && (attributes.get('type') ?? 'submit') === 'submit') ||
          (name === 'input' && attributes.get('type') === 'submit'),
      ).length,
    }
  })
}

function decodeEntities(text: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) =>
    decimal !== undefined
      ? String.fromCodePoint(Number(decimal))
      : hex !== undefined
        ? String.fromCodePoint(Number.parseInt(hex, 16))
        : (named[name] ?? whole),
  )
}
