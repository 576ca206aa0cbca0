import { CheckError } from '../lib/report.mjs'

// Enough of HTML for the pages of the examples and of the sign-in libraries, which are small and well formed.

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", '#x2F': '/' }

/** @param {string} html */
function decode(html) {
  return html.replace(/&(#?\w+);/g, (all, name) => ENTITIES[/** @type {keyof ENTITIES} */ (name)] ?? all)
}

/** @param {string} tag @param {string} name @returns {string | undefined} */
function attribute(tag, name) {
  const [, quoted, single, bare] =
    new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag) ?? []
  const value = quoted ?? single ?? bare
  return value === undefined ? undefined : decode(value)
}

/** @param {string} html */
function toText(html) {
  return decode(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
}

/** Where a page goes on to by itself. @param {string} html @returns {string | undefined} */
export function findRefresh(html) {
  const tag = /<meta[^>]+http-equiv\s*=\s*["']?refresh[^>]*>/i.exec(html)?.[0]
  return tag && /url\s*=\s*(.+)$/i.exec(attribute(tag, 'content') ?? '')?.[1]
}

/** @param {string} html @param {string} label @returns {string} */
export function findLink(html, label) {
  for (const [, tag, content] of html.matchAll(/<a(\s[^>]*)>(.*?)<\/a>/gis)) {
    const href = attribute(tag, 'href')
    if (href !== undefined && toText(content) === label) return href
  }
  throw new CheckError(`there is no link "${label}" in:\n${toText(html)}`)
}

/** @param {string} html @param {string} label the text of its button */
export function findForm(html, label) {
  const forms = [...html.matchAll(/<form(\s[^>]*)?>(.*?)<\/form>/gis)]
  for (const [, button = '', content] of html.matchAll(/<button(\s[^>]*)?>(.*?)<\/button>/gis)) {
    if (toText(content) !== label) continue
    const id = attribute(button, 'form')
    const form = forms.find(([all, tag = '']) =>
      id === undefined ? all.includes(`<button${button}>${content}<`) : attribute(tag, 'id') === id,
    )
    if (form) return readForm(form, button)
  }
  throw new CheckError(`there is no form with the button "${label}" in:\n${toText(html)}`)
}

/** @param {RegExpMatchArray} form @param {string} button its tag */
function readForm([, tag = '', content = ''], button) {
  const inputs = [...content.matchAll(/<input(\s[^>]*)>/gis)].map(([, input = '']) => input)
  const named = [...inputs, button].map((input) => [
    attribute(input, 'name'),
    attribute(input, 'value') ?? '',
  ])
  return {
    action: attribute(tag, 'action'),
    method: (attribute(tag, 'method') ?? 'GET').toUpperCase(),
    fields: Object.fromEntries(named.filter(([name]) => name !== undefined)),
  }
}
