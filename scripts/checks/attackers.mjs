import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { root } from '../lib/workspace.mjs'

const PAGE = 'SECURITY.md'
/** The row of an attacker: who, what they can do, and what they can't with the tests that show it. */
const ROW = /^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$/gm
const NAME = /`([a-z0-9]+(?:[-.][a-z0-9]+)+|[a-z]+)`/g

/**
 * What is wrong with the tests that SECURITY.md names: each attacker has one at least, and each name is the beginning
 * of a check's, the file of a group of checks, or a test file.
 *
 * @returns {Promise<string[]>}
 */
export async function strayNames() {
  const page = await readFile(join(root, PAGE), 'utf8')
  const known = await knownNames()
  const rows = [...page.matchAll(ROW)].filter(([, who]) => !/^(attacker|-+)\s*$/.test(who ?? ''))
  if (rows.length === 0) return [`${PAGE} has no table of attackers`]
  return rows.flatMap(([, who = '', shown = '']) => {
    const names = [...shown.matchAll(NAME)].map(([, name = '']) => name)
    if (names.length === 0) return [`${PAGE}: no test is named for: ${who.trim()}`]
    const stray = names.filter(
      (name) => !known.some((other) => other === name || other.startsWith(`${name}-`)),
    )
    return stray.map((name) => `${PAGE}: there is no test "${name}" (${who.trim()})`)
  })
}

/** Names of checks, of the files of their groups, and of test files. */
async function knownNames() {
  const names = []
  for (const file of await filesIn('packages/conformance/src')) {
    names.push(basename(file, '.ts'))
    const text = await readFile(join(root, file), 'utf8')
    names.push(...[...text.matchAll(/heck\(\s*'([a-z0-9-]+)'/g)].map(([, name = '']) => name))
  }
  for (const folder of ['packages', 'examples/tests'])
    names.push(
      ...(await filesIn(folder)).map((file) => basename(file)).filter((name) => name.endsWith('.test.ts')),
    )
  return names
}

/** @param {string} folder */
async function filesIn(folder) {
  const entries = await readdir(join(root, folder), { withFileTypes: true })
  /** @type {string[]} */
  const files = []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && !['node_modules', 'dist'].includes(entry.name))
      files.push(...(await filesIn(path)))
    else if (entry.isFile() && entry.name.endsWith('.ts')) files.push(path)
  }
  return files
}
