import '../lib/require-node.mjs'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { toFileOf, toModules, writeProject } from '../lib/doc-code.mjs'
import { readPart } from '../lib/file-part.mjs'
import { readPage } from '../lib/markdown.mjs'
import { createReport, refuse } from '../lib/report.mjs'
import { tool } from '../lib/run.mjs'
import { readManifest, root } from '../lib/workspace.mjs'
import { strayNames } from './attackers.mjs'

/** @typedef {import('../lib/markdown.mjs').Page} Page */
/** @typedef {import('../lib/markdown.mjs').CodeBlock} CodeBlock */

/** Beside `docs` and every README in the folder of a package, an example and the like. */
const OTHER_PAGES = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'packages/core/ARCHITECTURE.md']
const FOLDERS_OF_READMES = ['packages', 'examples', 'examples/stacks', '.']

/** Every page that a reader may come to. */
export async function readPages() {
  const files = new Set(OTHER_PAGES)
  for (const name of await readdir(join(root, 'docs'))) if (name.endsWith('.md')) files.add(`docs/${name}`)
  for (const folder of FOLDERS_OF_READMES) {
    if (!existsSync(join(root, folder))) continue
    files.add(posix.join(folder, 'README.md'))
    for (const name of await readdir(join(root, folder))) files.add(posix.join(folder, name, 'README.md'))
  }
  const existing = [...files].filter((file) => existsSync(join(root, file)))
  return Promise.all(existing.sort().map(readPage))
}

/** @param {import('../lib/report.mjs').Report} report */
export async function checkDocs(report) {
  const pages = await readPages()
  const manifests = await readManifests()
  await report.check('documentation: links lead somewhere', () => refuse(deadLinks(pages)))
  await report.check('documentation: every guide has one title, and the index leads to it', () =>
    refuse(strayGuides(pages)),
  )
  await report.check('documentation: files that are run stand in the guides as they are', async () =>
    refuse(await differentFiles(pages)),
  )
  await report.check('documentation: the tests that SECURITY.md names are there', async () =>
    refuse(await strayNames()),
  )
  await report.check('documentation: JSON and commands', () =>
    refuse(pages.flatMap(({ blocks }) => blocks.flatMap((block) => faultsOf(block, manifests)))),
  )
}

/**
 * Type-checks everything, with what the pages say in TypeScript and JavaScript as modules of the same program.
 * @param {import('../lib/report.mjs').Report} report
 */
export async function checkTypesWithDocs(report) {
  await report.check('types: everything, and the code of the documentation', async () => {
    const blocks = (await readPages()).flatMap((page) => page.blocks)
    const project = await writeProject(await toModules(blocks.filter(({ language }) => CODE.has(language))))
    await tool('tsc', ['-p', project, '--pretty', 'false'])
  })
}

const CODE = new Set(['ts', 'js'])
/** What is neither compiled nor looked at here: for people's eyes. */
const OTHER_LANGUAGES = new Set(['html', 'jsx', 'yaml', 'nginx', 'http', 'text'])

/** @param {readonly Page[]} pages */
function deadLinks(pages) {
  const anchors = new Map(pages.map((page) => [page.file, page.anchors]))
  return pages.flatMap(({ file, links }) =>
    links.flatMap(({ url, line }) => {
      if (/^[a-z][a-z0-9+.-]*:/i.test(url)) return []
      const [path, anchor] = url.split('#')
      const target = path ? posix.join(posix.dirname(file), decodeURI(path)).replace(/\/$/, '') : file
      const dead = `${file}:${line}: ${url}`
      if (!existsSync(join(root, target))) return [`${dead} leads nowhere`]
      if (anchor && !anchors.get(target)?.has(anchor)) return [`${dead} names no anchor of ${target}`]
      return []
    }),
  )
}

const INDEX = 'docs/index.md'

/** @param {readonly Page[]} pages */
function strayGuides(pages) {
  const guides = pages.filter(({ file }) => dirname(file) === 'docs')
  const index = guides.find(({ file }) => file === INDEX)
  const listed = new Set(index?.links.map(({ url }) => `docs/${url}`))
  return guides.flatMap(({ file, headings }) => [
    ...(headings.filter(({ depth }) => depth === 1).length === 1 ? [] : [`${file} needs one title (#)`]),
    ...(file === INDEX || listed.has(file) ? [] : [`${file} is not in ${INDEX}`]),
  ])
}

/** @param {readonly Page[]} pages */
async function differentFiles(pages) {
  const problems = pages.flatMap(({ blocks }) =>
    blocks.map(async (block) => {
      const path = toFileOf(block)
      if (path === undefined) return []
      return (await readPart(path)) === block.code
        ? []
        : [`${block.file}:${block.line} is not what ${path} says`]
    }),
  )
  return (await Promise.all(problems)).flat()
}

/** @returns {Promise<Map<string, import('../lib/workspace.mjs').Manifest>>} by name; the workspace's own as `.` */
async function readManifests() {
  const folders = await readdir(join(root, 'packages'))
  const manifests = await Promise.all(folders.map((folder) => readManifest(join(root, 'packages', folder))))
  return new Map([
    ...manifests.map((manifest) => /** @type {const} */ ([manifest.name, manifest])),
    ['.', await readManifest(root)],
  ])
}

/**
 * @param {CodeBlock} block
 * @param {Awaited<ReturnType<typeof readManifests>>} manifests
 * @returns {string[]}
 */
function faultsOf({ file, line, language, code }, manifests) {
  const at = `${file}:${line}`
  if (CODE.has(language) || OTHER_LANGUAGES.has(language)) return []
  if (language === 'json') {
    try {
      JSON.parse(code)
      return []
    } catch (error) {
      return [`${at}: ${/** @type {Error} */ (error).message}`]
    }
  }
  if (language !== 'sh') return [`${at}: a code block of the language "${language}" is checked by nothing`]
  return code
    .split('\n')
    .map((command) => command.replace(/(?:^|\s+)#.*$/, '').trim())
    .filter((command) => command !== '' && !isKnown(command, manifests))
    .map((command) => `${at}: there is no such command: ${command}`)
}

/**
 * Whether a command of the pages is one that exists. That they do what the pages say is what the steps of `verify` try:
 * `demo`, `packed` (installs), the emulator's and the examples' tests.
 * @param {string} command
 * @param {Awaited<ReturnType<typeof readManifests>>} manifests
 */
function isKnown(command, manifests) {
  if (/^[A-Z][A-Z0-9_]*=\S*$/.test(command)) return true
  const [program = '', ...args] = command.replace(/^(?:[A-Z][A-Z0-9_]*=\S+ )+/, '').split(/\s+/)
  const names = args.filter((arg) => !arg.startsWith('-'))
  if (program === 'npm' && names[0] === 'install') {
    return names.slice(1).every((name) => !name.startsWith('@portal-sso/') || manifests.has(name))
  }
  if (program === 'npx' && names[0] === 'pnpm@10') {
    return names[1] === 'install' || (names[1] ?? '') in (manifests.get('.')?.scripts ?? {})
  }
  if (program === 'npx' && names[0]?.startsWith('@portal-sso/'))
    return 'bin' in (manifests.get(names[0]) ?? {})
  return OTHER_COMMANDS.some((other) => other.test(command))
}

const OTHER_COMMANDS = [
  /^npx vitest\b/,
  /^npx vitepress dev docs$/,
  /^openssl rand -base64 33$/,
  /^node (?:--import tsx )?--test\b/,
  /^npx playwright test$/,
  /^(?:NODE_DEBUG=portal-sso )?npm start$/,
]

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const report = createReport()
  await checkDocs(report)
  await checkTypesWithDocs(report)
  process.exitCode = report.finish()
}
