import { readdir, readFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { refuse } from '../lib/report.mjs'
import { pnpm } from '../lib/run.mjs'
import { readManifest, root } from '../lib/workspace.mjs'

/** @typedef {{ name: string, tarball: string }} Packed */

/**
 * Packs every public package as publishing would: pnpm rewrites `workspace:` ranges and takes `publishConfig`.
 * @param {string} folder
 * @returns {Promise<Packed[]>}
 */
export async function packAll(folder) {
  const folders = (await readdir(join(root, 'packages'))).map((name) => join(root, 'packages', name))
  const packed = await Promise.all(
    folders.map(async (cwd) => {
      const { name, ...manifest } = await readManifest(cwd)
      if (manifest.private) return []
      const output = await pnpm(['pack', '--json', '--pack-destination', folder], { cwd })
      // Warnings may stand before the JSON.
      return [{ name, tarball: String(JSON.parse(output.slice(output.search(/^\{/m))).filename) }]
    }),
  )
  return packed.flat()
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
