import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { refuse } from '../lib/report.mjs'
import { readManifest, root } from '../lib/workspace.mjs'

/**
 * Every name that a public package exports says what it is, and so does every method of an exported interface. TypeDoc
 * would take half a minute to find that out; here the sources are parsed and nothing more.
 * @param {import('../lib/report.mjs').Report} report
 */
export async function checkDocstrings(report) {
  await report.check('documentation: every public name is described', async () => {
    const folders = await readdir(join(root, 'packages'))
    const found = await Promise.all(folders.map(undescribedIn))
    refuse(found.flat())
  })
}

/** @param {string} folder */
async function undescribedIn(folder) {
  const manifest = await readManifest(join(root, 'packages', folder))
  if (manifest.private) return []
  const { declarations } = await readModule(join(root, 'packages', folder, 'src/index.ts'))
  return declarations.flatMap(({ name, node, file }) =>
    [[name, node], ...methodsOf(name, node)]
      .filter(([, described]) => !isDescribed(/** @type {ts.Node} */ (described)))
      .map(([what]) => `${relative(root, file)}: ${what} has no doc comment`),
  )
}

/** @typedef {{ name: string, node: ts.Node, file: string }} Declaration */

/** @type {Map<string, Promise<{ declarations: Declaration[] }>>} */
const modules = new Map()

/**
 * What a module exports, its own and what it passes on from the same package. What comes from another package is
 * described there.
 * @param {string} file
 */
function readModule(file) {
  const known = modules.get(file) ?? parseModule(file)
  modules.set(file, known)
  return known
}

/** @param {string} file */
async function parseModule(file) {
  const source = ts.createSourceFile(file, await readFile(file, 'utf8'), ts.ScriptTarget.Latest, true)
  /** @type {Declaration[]} */
  const declarations = []
  for (const statement of source.statements) {
    for (const name of namesOf(statement)) {
      if (isExported(statement)) declarations.push({ name, node: statement, file })
    }
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) continue
    const { text } = /** @type {ts.StringLiteral} */ (statement.moduleSpecifier)
    if (!text.startsWith('.')) continue
    const from = await readModule(resolve(dirname(file), text.replace(/\.js$/, '.ts')))
    const { exportClause } = statement
    const wanted =
      exportClause && ts.isNamedExports(exportClause)
        ? exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
        : from.declarations.map(({ name }) => name)
    declarations.push(...from.declarations.filter(({ name }) => wanted.includes(name)))
  }
  return { declarations }
}

/** @param {ts.Statement} statement @returns {string[]} */
function namesOf(statement) {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText())
  }
  const { name } = /** @type {{ name?: ts.Node }} */ (/** @type {unknown} */ (statement))
  return name ? [name.getText()] : []
}

/** @param {ts.Statement} statement */
function isExported(statement) {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  )
}

/** @param {string} name @param {ts.Node} node @returns {[string, ts.Node][]} */
function methodsOf(name, node) {
  if (!ts.isInterfaceDeclaration(node)) return []
  return node.members
    .filter((member) => ts.isMethodSignature(member))
    .map((member) => [`${name}.${member.name?.getText()}`, member])
}

/** @param {ts.Node} node */
function isDescribed(node) {
  return ts.getJSDocCommentsAndTags(node).length > 0
}
