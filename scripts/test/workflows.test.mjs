import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { testProjects } from '../lib/steps.mjs'
import { root } from '../lib/workspace.mjs'

const folder = join(root, '.github/workflows')
const files = await readdir(folder)
const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))

test('what workflows run of others is named by its commit', () => {
  for (const text of texts)
    for (const [, action] of text.matchAll(/uses: (.+)/g))
      assert.match(action, /^(\.\/|[\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d)/)
})

test('no workflow has a right that it does not name, and the identity for npm is in one job alone', () => {
  for (const text of texts) assert.match(text, /^permissions:( \{\}|\n {2}contents: read)$/m)
  assert.equal(texts.join('\n').match(/id-token: write/g)?.length, 1)
})

test('every framework major has its turn on every Node', () => {
  const [, projects = ''] = /project: \[(.+)\]/.exec(texts[files.indexOf('verify.yml')] ?? '') ?? []
  assert.deepEqual(projects.split(', ').sort(), [...testProjects.adapters].sort())
})
