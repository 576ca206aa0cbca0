const { existsSync, readFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { dirname, join } = require('node:path')

// require-all.cjs NAME [FOLDER]: requires a package and everything that it brings to production, each from the package that asks for it. Run it
// without require(esm), and whatever is an ES module only shows.
const failures = []
const seen = new Set()
const [name, home = __dirname] = process.argv.slice(2)
requireAll(name, join(home, 'main.cjs'), 'the host')
for (const failure of failures) console.error(failure)
process.exitCode = failures.length > 0 ? 1 : 0

function requireAll(name, fromFile, fromName) {
  const folder = folderOf(name, dirname(fromFile))
  if (!folder) return failures.push(`${name}, which ${fromName} depends on, is not installed`)
  if (seen.has(folder)) return
  seen.add(folder)
  // Packages of types have nothing to require.
  if (!name.startsWith('@types/')) {
    try {
      createRequire(fromFile)(name)
    } catch (error) {
      failures.push(
        `${name}, which ${fromName} depends on, can't be required: ${error.code ?? ''} ${error.message}`,
      )
    }
  }
  const manifestFile = join(folder, 'package.json')
  const { dependencies = {} } = JSON.parse(readFileSync(manifestFile, 'utf8'))
  for (const dependency of Object.keys(dependencies)) requireAll(dependency, manifestFile, name)
}

// By hand, because a package's exports may hide its package.json.
function folderOf(name, start) {
  const folder = join(start, 'node_modules', name)
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(start)
  return parent === start ? undefined : folderOf(name, parent)
}
