import { cpus } from 'node:os'
import { ROUND_TRIP_MS } from './scene.mjs'

/**
 * @typedef {object} Row
 * @property {string} what
 * @property {string} ours
 * @property {string} [rival]
 * @property {string} [ratio]
 * @property {string} [limit]
 * @property {boolean} [isMet] left out where there is nothing to reach
 */

/** @param {number} ms in round trips */
export const toRoundTrips = (ms) => `${(ms / ROUND_TRIP_MS).toFixed(2)} R`
/** @param {number} ms */
export const toMs = (ms) => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`
/** @param {number} us */
export const toMicroseconds = (us) => `${us.toFixed(us < 10 ? 2 : 0)} µs`
/** @param {number} bytes */
export const toMegabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`
/** @param {number} value */
export const toRatio = (value) => value.toFixed(2)

/** @param {Row} row */
export function toLine({ what, ours, rival = '–', ratio = '–', limit = '–', isMet }) {
  const verdict = isMet === undefined ? '' : isMet ? 'met' : '**missed**'
  return `| ${[what, ours, rival, ratio, limit, verdict].join(' | ')} |`
}

/**
 * @param {readonly Row[]} rows
 * @param {Date} date
 */
export function toMarkdown(rows, date) {
  const [{ model } = { model: 'unknown processor' }] = cpus()
  return [
    `Measured on ${date.toISOString().slice(0, 10)} with Node ${process.versions.node} (${process.platform}, ` +
      `${cpus().length} × ${model.trim()}), by \`pnpm bench\`: medians of several rounds, both sides in one run, each ` +
      'party in a process of its own, TLS 1.3 throughout. ' +
      `R is one round trip through a simulated network of ${ROUND_TRIP_MS} ms; its server closes connections that ` +
      'are idle for 60 s and gives no keep-alive hint. "By hand" is an Express route that awaits ' +
      '`chargebee.portalSession.create()` of the official SDK as it comes, and redirects.',
    '',
    '| what | ours | by hand | ratio | to reach | |',
    '|---|---|---|---|---|---|',
    ...rows.map(toLine),
  ].join('\n')
}

const START = '<!-- bench:start -->'
const END = '<!-- bench:end -->'

/**
 * @param {string} text of the file
 * @param {string} table
 * @returns {string} the text with everything between the markers replaced
 */
export function replaceTable(text, table) {
  const start = text.indexOf(START)
  const end = text.indexOf(END, start)
  if (start < 0 || end < 0) throw new Error(`there is no ${START} with ${END} after it`)
  return `${text.slice(0, start + START.length)}\n${table}\n${text.slice(end)}`
}
