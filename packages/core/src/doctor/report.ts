/** What came of one thing that was looked at. `skipped`: something else has to be right first, or nobody asked. */
export type Outcome = 'ok' | 'warning' | 'wrong' | 'skipped'

/** One thing that was looked at. No text holds a key, a token or an address of a portal session. */
export interface Check {
  /** A variable's name, or what was tried: `reach`, `clock`, `create`, `access-url`, `retrieve`, `logout`, `store`. */
  readonly name: string
  readonly outcome: Outcome
  readonly text: string
  /** What to do about it. */
  readonly mend?: string
  /** Where to read about it, as `PortalSsoError.help`. */
  readonly help?: string
}

/** What a site has answered to something that Chargebee does not document. */
export interface Fact {
  readonly question: string
  readonly answer: string
}

export interface Report {
  /** Nothing is `wrong`; warnings do not count. */
  readonly ok: boolean
  readonly version: string
  readonly node: string
  /** `null`: not known. */
  readonly site: string | null
  readonly checks: readonly Check[]
  /** Empty where no session was opened. */
  readonly facts: readonly Fact[]
}

const isWrong = ({ outcome }: Check) => outcome === 'wrong'

export function toReport(parts: Omit<Report, 'ok'>): Report {
  return { ok: !parts.checks.some(isWrong), ...parts }
}

/** Nothing that may be a secret has its place in a text; where one was given in place of something else, it is hidden. */
export function hideSecrets(report: Report, secrets: readonly (string | undefined)[]): Report {
  const hidden = secrets
    .filter((secret) => secret !== undefined)
    .filter(({ length }) => length >= MIN_SECRET_LENGTH)
  const hide = (text: string) => hidden.reduce((rest, secret) => rest.replaceAll(secret, '(hidden)'), text)
  return JSON.parse(JSON.stringify(report, (_, value) => (typeof value === 'string' ? hide(value) : value)))
}

/** What is shorter keeps nobody out, and stands in any text. */
const MIN_SECRET_LENGTH = 8

const WIDTH = 100
const INDENT = ' '.repeat(11)

/** For a person in front of a terminal: no colours, so that it can be pasted. */
export function toText({ ok, version, node, site, checks, facts }: Report): string {
  const names = Math.max(...checks.map(({ name }) => name.length))
  const lines = checks.flatMap(({ name, outcome, text, mend, help }) => [
    ...fold(`  ${outcome.padEnd(7)}  ${name.padEnd(names)}  `, text),
    ...(mend === undefined ? [] : fold(INDENT, mend)),
    ...(help === undefined ? [] : [`${INDENT}see ${help}`]),
  ])
  return [
    `portal-sso ${version}, Node ${node}${site === null ? '' : `, site ${site}`}`,
    '',
    ...lines,
    ...(facts.length === 0
      ? []
      : [
          '',
          'What this site has answered where Chargebee documents nothing. There is no name and no key in it;',
          'please paste it into an issue:',
          '',
          ...facts.map(({ question, answer }) => `- ${question}: ${answer}`),
        ]),
    '',
    ok ? 'All well.' : `${checks.filter(isWrong).length} wrong.`,
    '',
  ].join('\n')
}

function fold(start: string, text: string): string[] {
  const lines: string[] = []
  let line = start
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + word.length > WIDTH) {
      lines.push(line.trimEnd())
      line = ' '.repeat(start.length)
    }
    line += `${word} `
    isEmpty = false
  }
  return [...lines, line.trimEnd()]
}
