import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { run } from '../lib/run.mjs'
import { createTempFolder } from '../lib/temp-folder.mjs'
import { withoutRequireOfEsm } from '../packed/consumers.mjs'
import { checkFiles, checkImports } from '../packed/tarballs.mjs'

const manifest = {
  name: '@portal-sso/thing',
  main: './dist/index.cjs',
  bin: { thing: './bin/thing.js' },
  exports: { '.': { import: { types: './dist/index.d.ts', default: './dist/index.js' } } },
  dependencies: { declared: '^1.0.0' },
  peerDependencies: { express: '^5.0.0' },
}
const files = [
  'package.json',
  'README.md',
  'LICENSE',
  'bin/thing.js',
  'dist/index.cjs',
  'dist/index.js',
  'dist/index.d.ts',
]

async function write(folder, contents) {
  for (const [path, text] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

test('a tarball without a file that it names, or with one of the workspace, is found', () => {
  checkFiles(files, manifest)
  for (const missing of files.filter((path) => path !== 'package.json')) {
    const rest = files.filter((path) => path !== missing)
    assert.throws(() => checkFiles(rest, manifest), { message: `${missing} is missing from the tarball` })
  }
  assert.throws(() => checkFiles([...files, 'src/index.ts'], manifest), /src\/index\.ts should not be packed/)
  const unresolved = { ...manifest, dependencies: { '@portal-sso/core': 'workspace:^' } }
  assert.throws(() => checkFiles(files, unresolved), /workspace: range/)
  const source = { ...manifest, exports: { '.': { '@portal-sso/source': './dist/index.js' } } }
  assert.throws(() => checkFiles(files, source), /still exports its source/)
})

test('an import that package.json does not declare is found, in every kind of file', async () => {
  const folder = await createTempFolder('imports')
  const good = {
    'dist/index.js':
      "import 'declared/deep'; import 'node:fs'; import './other.js' // import 'only-a-comment'",
    'dist/index.cjs': "require('declared'); require('path'); require('@portal-sso/thing/package.json')",
    'dist/index.d.ts': "export type App = import('express').Express",
  }
  await write(folder, good)
  await checkImports(files.slice(4), manifest, folder)
  const bad = {
    'dist/index.js': "export const late = () => import('@scope/one/deep')",
    'dist/index.cjs': "var x = require('two')",
    'dist/index.d.ts': "export * from 'three'",
  }
  await write(folder, bad)
  await assert.rejects(checkImports(files.slice(4), manifest, folder), {
    message: [
      'dist/index.cjs imports two, which package.json does not declare',
      'dist/index.js imports @scope/one, which package.json does not declare',
      'dist/index.d.ts imports three, which package.json does not declare',
    ].join('\n'),
  })
})

test('a dependency that is an ES module only is found, however deep', async () => {
  const home = await createTempFolder('esm-only')
  const script = fileURLToPath(new URL('../packed/consumers/shared/require-all.cjs', import.meta.url))
  const requireAll = () => run(process.execPath, [withoutRequireOfEsm, script, 'top', home])
  const named = (name, rest) => JSON.stringify({ name, ...rest })
  await write(join(home, 'node_modules'), {
    'top/package.json': named('top', { dependencies: { middle: '1' } }),
    'top/index.js': '',
    'middle/package.json': named('middle', { dependencies: { leaf: '1', '@types/leaf': '1' } }),
    'middle/index.js': '',
    'middle/node_modules/leaf/package.json': named('leaf', { main: 'index.js' }),
    'middle/node_modules/leaf/index.js': 'module.exports = 1',
    '@types/leaf/package.json': named('@types/leaf'),
  })
  await requireAll()
  await write(join(home, 'node_modules'), {
    'middle/node_modules/leaf/package.json': named('leaf', { type: 'module', exports: './index.js' }),
    'middle/node_modules/leaf/index.js': 'export default 1',
  })
  await assert.rejects(requireAll, /leaf, which middle depends on, can't be required: ERR_REQUIRE_ESM/)
})
