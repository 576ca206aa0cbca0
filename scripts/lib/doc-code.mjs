import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { CheckError } from './report.mjs'
import { root } from './workspace.mjs'

/** @typedef {import('./markdown.mjs').CodeBlock} CodeBlock */
/** @typedef {{ name: string, text: string }} Module */

const CONTEXT_FOLDER = join(root, 'docs/context')

/**
 * Makes modules of code blocks, each with the lines that it has on its page. The comment in front of a block says what
 * it needs besides itself:
 *
 * - none: it is a whole module;
 * - `<!-- with: NAME -->`: what it does not declare comes from `docs/context/NAME.ts`;
 * - `<!-- continues -->`: it goes on where the last block of the page ended;
 * - `<!-- file: PATH -->`: it is that file, or `<!-- file: PATH#REGION -->` that region of it, which a test runs.
 *
 * @param {readonly CodeBlock[]} blocks in the order of their pages
 * @returns {Promise<Module[]>}
 */
export async function toModules(blocks) {
  /** @type {{ first: CodeBlock, parts: CodeBlock[], context?: string }[]} */
  const samples = []
  for (const block of blocks) {
    if (toFileOf(block)) continue
    const last = samples.at(-1)
    const { isMore, context } = readNote(block)
    if (!isMore) samples.push({ first: block, parts: [block], ...(context !== undefined && { context }) })
    else if (last?.first.file === block.file) last.parts.push(block)
    else throw new CheckError(`${block.file}:${block.line}: continues, but nothing is in front of it`)
  }
  return Promise.all(samples.map(toModule))
}

/**
 * @param {CodeBlock} block
 * @returns {string | undefined} the file that the block shows, from the top of the repository, and its region after a `#`
 */
export function toFileOf({ note }) {
  return /^file: (\S+)$/.exec(note ?? '')?.[1]
}

/** @param {CodeBlock} block */
function readNote({ file, line, note }) {
  if (note === undefined) return { isMore: false }
  if (note === 'continues') return { isMore: true }
  const context = /^with: ([a-z0-9-]+)$/.exec(note)?.[1]
  if (context === undefined) throw new CheckError(`${file}:${line}: there is no such note: ${note}`)
  return { isMore: false, context }
}

/** @param {{ first: CodeBlock, parts: CodeBlock[], context?: string }} sample @returns {Promise<Module>} */
async function toModule({ first, parts, context }) {
  const lines = []
  for (const { line, code } of parts) {
    // The same line numbers as on the page, so that what the compiler says can be looked up there.
    while (lines.length < line - 1) lines.push('')
    lines.push(...code.split('\n'))
  }
  const code = parse(lines.join('\n'))
  const declared = namesDeclaredBy(code)
  if (context !== undefined) lines[0] = await toImport(context, code, declared)
  // Whatever a sample makes is for the reader to use.
  const made = namesDeclaredBy(code, { values: true })
  lines.push(made.size > 0 ? `export { ${[...made].join(', ')} }` : 'export {}')
  return { name: `${first.file.replaceAll('/', '-')}-${first.line}.ts`, text: `${lines.join('\n')}\n` }
}

/** @param {string} context @param {ts.SourceFile} code @param {ReadonlySet<string>} declared */
async function toImport(context, code, declared) {
  const path = join(CONTEXT_FOLDER, `${context}.ts`)
  const source = parse(await readFile(path, 'utf8'))
  const given = namesDeclaredBy(source, { exported: true })
  const values = namesDeclaredBy(source, { exported: true, values: true })
  const used = namesUsedBy(code)
  const wanted = [...given].filter((name) => used.has(name) && !declared.has(name))
  const names = wanted.map((name) => (values.has(name) ? name : `type ${name}`))
  return `import { ${names.join(', ')} } from '../context/${context}.ts'`
}

/** @param {string} text */
function parse(text) {
  return ts.createSourceFile('sample.ts', text, ts.ScriptTarget.Latest, true)
}

/**
 * @param {ts.SourceFile} code
 * @param {{ values?: boolean, exported?: boolean }} [only]
 */
function namesDeclaredBy(code, { values = false, exported = false } = {}) {
  /** @type {Set<string>} */
  const names = new Set()
  /** @param {ts.BindingName} name */
  const add = (name) => {
    if (ts.isIdentifier(name)) names.add(name.text)
    else for (const element of name.elements) if (ts.isBindingElement(element)) add(element.name)
  }
  for (const statement of code.statements) {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    if (exported ? !isExported : values && isExported) continue
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) add(name)
    } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      if (statement.name) add(statement.name)
    } else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      if (!values) add(statement.name)
    } else if (ts.isImportDeclaration(statement) && !values) {
      const { importClause } = statement
      if (importClause?.name) add(importClause.name)
      const { namedBindings } = importClause ?? {}
      if (namedBindings && ts.isNamespaceImport(namedBindings)) add(namedBindings.name)
      else for (const { name } of namedBindings?.elements ?? []) add(name)
    }
  }
  return names
}

/** @param {ts.SourceFile} code */
function namesUsedBy(code) {
  /** @type {Set<string>} */
  const names = new Set()
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isIdentifier(node)) names.add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(code)
  return names
}

/**
 * Writes the modules to a new folder. Imports are resolved from there: what they may import is in docs/package.json.
 * @param {readonly Module[]} modules
 * @param {string} name of the folder in `docs`, for which the context is one up
 * @returns {Promise<string>} the path of the folder
 */
export async function writeModules(modules, name) {
  const folder = join(root, 'docs', name)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  await Promise.all(modules.map((module) => writeFile(join(folder, module.name), module.text)))
  return folder
}

/**
 * A project that has the modules beside everything that the workspace's own has: one run of the compiler for both.
 * @param {readonly Module[]} modules
 * @returns {Promise<string>} the path of the project
 */
export async function writeProject(modules) {
  const folder = await writeModules(modules, '.code')
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const project = join(folder, 'tsconfig.json')
  const include = [...config.include.map((/** @type {string} */ path) => `../../${path}`), '*.ts']
  await writeFile(project, JSON.stringify({ extends: '../../tsconfig.json', include }, null, 2))
  return project
}
