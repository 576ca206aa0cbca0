import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { refuse } from '../lib/report.mjs'
import { readRepository, writeAddresses } from '../lib/repository.mjs'
import { foreignEnvironment, pnpm, run } from '../lib/run.mjs'
import { readManifest, root } from '../lib/workspace.mjs'

/** @typedef {{ name: string, tarball: string }} Packed */

/**
 * Packs every public package as publishing does: pnpm rewrites `workspace:` ranges and takes `publishConfig`, and the
 * addresses of the repository come in where it is named.
 * @param {string} folder
 * @returns {Promise<Packed[]>}
 */
export async function packAll(folder) {
  const repository = await readRepository()
  const names = await readdir(join(root, 'packages'))
  const packed = await Promise.all(names.map((name) => pack(`packages/${name}`, folder, repository)))
  return packed.flat()
}

/**
 * @param {string} directory
 * @param {string} folder
 * @param {string | undefined} repository
 * @returns {Promise<Packed[]>}
 */
async function pack(directory, folder, repository) {
  const cwd = join(root, directory)
  const { name, ...manifest } = await readManifest(cwd)
  if (manifest.private) return []
  const output = await pnpm(['pack', '--json', '--pack-destination', folder], { cwd })
  // Warnings may stand before the JSON.
  const tarball = String(JSON.parse(output.slice(output.search(/^\{/m))).filename)
  if (repository !== undefined) await packAgain(tarball, folder, repository, directory)
  return [{ name, tarball }]
}

/**
 * Puts the addresses of the repository into a tarball.
 * @param {string} tarball
 * @param {string} folder that it is in
 * @param {string} repository
 * @param {string} directory of the package in the repository
 */
export async function packAgain(tarball, folder, repository, directory) {
  const unpacked = await unpack(tarball, join(folder, directory))
  await writeAddresses(unpacked, repository, directory)
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: unpacked,
    env: foreignEnvironment(),
  })
}

/**
 * @param {string} tarball
 * @param {string} folder for what is in it; made where it is missing
 * @returns {Promise<string>} the folder of the package
 */
export async function unpack(tarball, folder) {
  await mkdir(folder, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', folder])
  return join(folder, 'package')
}

/**
 * The paths of an installed package's files: those of its tarball, which pnpm's own list of them is not.
 * @param {string} folder
 */
export async function toFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !path.startsWith('node_modules/'))
}

/**
 * What package.json says is in the tarball, and nothing of the workspace is.
 * @param {string[]} files paths in the tarball
 * @param {import('../lib/workspace.mjs').Manifest} manifest package.json as it was packed
 */
export function checkFiles(files, manifest) {
  const { main, module, types, bin, exports } = manifest
  const named = strings([main, module, types, bin, exports]).map((path) => path.replace(/^\.\//, ''))
  const wanted = ['README.md', 'LICENSE', ...named]
  const text = JSON.stringify(manifest)
  refuse([
    ...wanted.filter((path) => !files.includes(path)).map((path) => `${path} is missing from the tarball`),
    ...files.filter((path) => /(^|\/)(src|test)\//.test(path)).map((path) => `${path} should not be packed`),
    ...files.filter((path) => path.endsWith('.map')).map((path) => `${path} is a source map`),
    ...(text.includes('workspace:') ? ['package.json still has a workspace: range'] : []),
    ...(text.includes('@portal-sso/source') ? ['package.json still exports its source'] : []),
  ])
}

/**
 * @param {unknown} value
 * @returns {string[]}
 */
function strings(value) {
  if (typeof value === 'string') return [value]
  return value && typeof value === 'object' ? Object.values(value).flatMap(strings) : []
}

/**
 * Everything that the built code and its types import is declared: in a flat node_modules an undeclared package is
 * found by luck, because the framework has it too.
 * @param {string[]} files paths in the tarball
 * @param {import('../lib/workspace.mjs').Manifest} manifest
 * @param {string} folder the installed package
 */
export async function checkImports(files, manifest, folder) {
  const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
  const problems = await Promise.all(
    files
      .filter((path) => /\.[cm]?(js|ts)$/.test(path))
      .map(async (path) => {
        const source = await readFile(join(folder, path), 'utf8')
        const imports = ts.preProcessFile(source, true, true).importedFiles.map((file) => file.fileName)
        return imports
          .filter((specifier) => !/^(\.|node:)/.test(specifier) && !builtinModules.includes(specifier))
          .map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier)
          .filter((name) => name !== manifest.name && !declared.has(name))
          .map((name) => `${path} imports ${name}, which package.json does not declare`)
      }),
  )
  refuse([...new Set(problems.flat())])
}

const LIMIT_BYTES = 500_000

/**
 * What an adapter adds to a host that has Chargebee's SDK: itself and all that it brings, the SDK and its own left out.
 * @param {string} home where everything is installed
 * @param {string} adapter
 */
export async function checkSize(home, adapter) {
  const parts = await reach(home, adapter, new Map())
  const bytes = [...parts.values()].reduce((sum, size) => sum + size, 0)
  const list = [...parts].map(([name, size]) => `${name} ${size}`).join(', ')
  refuse(bytes > LIMIT_BYTES ? [`${bytes} bytes are more than the budget of ${LIMIT_BYTES}: ${list}`] : [])
}

/**
 * @param {string} home
 * @param {string} name
 * @param {Map<string, number>} seen packages with their size in bytes
 * @returns {Promise<Map<string, number>>}
 */
async function reach(home, name, seen) {
  if (name === 'chargebee' || seen.has(name)) return seen
  const folder = join(home, 'node_modules', name)
  const sizes = await Promise.all(
    (await toFiles(folder)).map(async (path) => (await stat(join(folder, path))).size),
  )
  seen.set(
    name,
    sizes.reduce((sum, size) => sum + size, 0),
  )
  const { dependencies = {} } = await readManifest(folder)
  for (const dependency of Object.keys(dependencies)) await reach(home, dependency, seen)
  return seen
}
