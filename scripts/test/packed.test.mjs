import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { run } from '../lib/run.mjs'
import { createTempFolder } from '../lib/temp-folder.mjs'
import { runScript, withoutRequireOfEsm } from '../packed/consumers.mjs'
import { checkFiles, checkImports, checkSize, packAgain } from '../packed/tarballs.mjs'

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
  assert.throws(() => checkFiles([...files, 'dist/index.js.map'], manifest), /index\.js\.map is a source map/)
  const unresolved = { ...manifest, dependencies: { '@portal-sso/core': 'workspace:^' } }
  assert.throws(() => checkFiles(files, unresolved), /workspace: range/)
  const source = { ...manifest, exports: { '.': { '@portal-sso/source': './dist/index.js' } } }
  assert.throws(() => checkFiles(files, source), /still exports its source/)
})

test('a tarball gets the addresses of the repository, and links that work on every page', async () => {
  const folder = await createTempFolder('addresses')
  const named = { name: '@portal-sso/thing', version: '1.0.0', files: ['README.md'] }
  const readme =
    '[code](src/index.ts) [up](../../README.md#a) ![p](../a.png) [web](https://x.example) [here](#b) [m](mailto:a@b)'
  await write(folder, {
    'thing/package/package.json': JSON.stringify(named),
    'thing/package/README.md': readme,
  })
  await run('npm', ['pack', '--pack-destination', folder], { cwd: join(folder, 'thing/package') })
  const tarball = join(folder, 'portal-sso-thing-1.0.0.tgz')
  const repository = 'https://code.example/owner/name'
  await packAgain(tarball, folder, repository, 'packages/thing')
  await mkdir(join(folder, 'out'))
  await run('tar', ['-xzf', tarball, '-C', join(folder, 'out')])
  const manifest = JSON.parse(await readFile(join(folder, 'out/package/package.json'), 'utf8'))
  assert.deepEqual(manifest, {
    ...named,
    homepage: `${repository}/tree/HEAD/packages/thing#readme`,
    bugs: { url: `${repository}/issues` },
    repository: { type: 'git', url: `git+${repository}.git`, directory: 'packages/thing' },
  })
  assert.equal(
    await readFile(join(folder, 'out/package/README.md'), 'utf8'),
    `[code](${repository}/blob/HEAD/packages/thing/src/index.ts) [up](${repository}/blob/HEAD/README.md#a) ` +
      `![p](${repository}/raw/HEAD/packages/a.png) [web](https://x.example) [here](#b) [m](mailto:a@b)`,
  )
})

test('what an adapter brings beside the SDK has a budget', async () => {
  const home = await createTempFolder('size')
  const named = (name, dependencies) => JSON.stringify({ name, dependencies })
  const modules = join(home, 'node_modules')
  await write(modules, {
    'adapter/package.json': named('adapter', { core: '1' }),
    'core/package.json': named('core', { chargebee: '3', other: '1' }),
    'other/package.json': named('other', {}),
    'other/index.js': 'x'.repeat(499_000),
    'chargebee/package.json': named('chargebee', {}),
    'chargebee/index.js': 'x'.repeat(2_000_000),
  })
  await checkSize(home, 'adapter')
  await write(modules, { 'core/index.js': 'x'.repeat(2_000) })
  await assert.rejects(
    checkSize(home, 'adapter'),
    /^CheckError: \d+ bytes are more than the budget of 500000: adapter/,
  )
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

test('a script that reaches for another machine is found', async () => {
  const folder = await createTempFolder('loopback')
  await write(folder, {
    'good.mjs':
      "import { createServer } from 'node:net'\nimport { once } from 'node:events'\n" +
      "const server = createServer((socket) => socket.end('HTTP/1.1 204 None\\r\\nConnection: close\\r\\n\\r\\n')).listen(0, '127.0.0.1')\n" +
      "await once(server, 'listening')\nawait fetch('http://localhost:' + server.address().port).catch(() => fetch('http://127.0.0.1:' + server.address().port))\nserver.close()\n",
    'address.mjs': "import { connect } from 'node:net'\nconnect(9, '192.0.2.1').on('error', () => {})\n",
    'fetch.mjs': "await fetch('https://192.0.2.1/').catch(() => {})\n",
    'name.mjs':
      "import { request } from 'node:https'\nrequest('https://portal.invalid/').on('error', () => {}).end()\n",
  })
  await runScript(folder, 'good.mjs')
  for (const bad of ['address', 'fetch', 'name'])
    await assert.rejects(runScript(folder, `${bad}.mjs`), /a connection to [a-z0-9.]+ was tried/, bad)
})
