import { PortalSsoError } from '../../src/errors.js'
import type { Cell } from './cell.ts'

/** What has become of every cell, as rows of faults and columns of operations. */
export class Table {
  readonly #rows = new Map<string, Map<string, string>>()
  readonly #columns = new Set<string>()

  /** @param rows in the order in which they will stand, whatever is known first */
  constructor(rows: readonly string[]) {
    for (const row of rows) this.#rows.set(row, new Map())
  }

  set(row: string, column: string, text: string): void {
    this.#columns.add(column)
    this.#rows.get(row)?.set(column, text)
  }

  /** With those of the columns that there is anything in. */
  toString(columns: readonly string[]): string {
    const shown = columns.filter((column) => this.#columns.has(column))
    const lines = [
      ['fault', ...shown],
      ...[...this.#rows].map(([row, cells]) => [row, ...shown.map((column) => cells.get(column) ?? '-')]),
    ]
    const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0))) ?? []
    const [head, ...rest] = lines.map((line) =>
      line
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    return [head, widths.map((width) => '-'.repeat(width)).join('  '), ...rest].join('\n')
  }
}

/** What the customer gets, and for how many calls. */
export function summarize({ outcome, calls, column }: Cell): string {
  const { status, headers, error, result } = outcome
  const count = calls.filter(({ operation }) => operation === column.operation).length
  const code = error instanceof PortalSsoError ? error.code.replace('chargebee_', '') : undefined
  const ends = calls.filter(({ operation }) => operation === 'logout').length
  const ended = column.operation === 'create' && ends > 0 ? ' + end' : ''
  return `${what()}, ${count}${ended}`

  function what(): string {
    if (error instanceof PortalSsoError)
      return status === 0 ? `throws ${error.status} ${code}` : `${status} ${code}`
    if (status === 303) return headers.Location?.startsWith('/') ? `303 ${headers.Location}` : '303 portal'
    if (Array.isArray(result)) return `[${result.length}]`
    if (result && 'pending' in (result as object)) return JSON.stringify(result).replace(/"/g, '')
    return status === 0 ? 'session' : String(status)
  }
}
