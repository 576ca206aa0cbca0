import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Slugger from 'github-slugger'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { root } from './workspace.mjs'

/**
 * @typedef {object} CodeBlock
 * @property {string} file from the top of the repository, as in `docs/testing.md`
 * @property {number} line of the first line of the code
 * @property {string} language as the fence names it
 * @property {string} code
 * @property {string} [note] the HTML comment in front of it
 */

/**
 * @typedef {object} Page
 * @property {string} file
 * @property {CodeBlock[]} blocks
 * @property {{ url: string, line: number }[]} links pictures too
 * @property {Set<string>} anchors what a link may name after `#`
 * @property {{ depth: number, line: number, text: string }[]} headings
 */

/**
 * @param {string} file from the top of the repository
 * @returns {Promise<Page>}
 */
export async function readPage(file) {
  return parsePage(file, await readFile(join(root, file), 'utf8'))
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {Page}
 */
export function parsePage(file, text) {
  const slugger = new Slugger()
  /** @type {Page} */
  const page = { file, blocks: [], links: [], anchors: new Set(), headings: [] }
  /** @type {string | undefined} */
  let comment

  /** @param {any} node */
  const visit = (node) => {
    const line = node.position?.start.line ?? 0
    const before = comment
    if (node.type !== 'root') comment = undefined
    switch (node.type) {
      case 'code':
        page.blocks.push({
          ...{ file, line: line + 1, language: node.lang ?? '', code: node.value },
          ...(before !== undefined && { note: before }),
        })
        break
      case 'html':
        comment = /^<!--\s*(.*?)\s*-->$/s.exec(node.value)?.[1]
        for (const [, id] of node.value.matchAll(/\bid="([^"]+)"/g)) page.anchors.add(id)
        break
      case 'heading': {
        const title = toText(node)
        page.anchors.add(slugger.slug(title))
        page.headings.push({ depth: node.depth, line, text: title })
        break
      }
      case 'link':
      case 'image':
      case 'definition':
        page.links.push({ url: node.url, line })
        break
    }
    for (const child of node.children ?? []) visit(child)
  }
  visit(fromMarkdown(text))
  return page
}

/** @param {any} node @returns {string} */
function toText(node) {
  return node.value ?? (node.children ?? []).map(toText).join('')
}
