import './lib/require-node.mjs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { refuse } from './lib/report.mjs'
import { pnpm, run, shown } from './lib/run.mjs'
import { readManifest, root } from './lib/workspace.mjs'

// `pnpm run release:commit`: makes the release commit and its tag out of the changesets. Pushing the tag publishes.
try {
  refuse((await run('git', ['status', '--porcelain'])).trim() === '' ? [] : ['Commit what is changed first.'])
  const changesets = (await readdir(join(root, '.changeset'))).filter((name) => name.endsWith('.md'))
  refuse(changesets.length > 0 ? [] : ['There is no changeset, so there is nothing to release.'])
  await pnpm(['exec', 'changeset', 'version'], shown)
  const { version } = await readManifest(join(root, 'packages/core'))
  await run('git', ['add', '--all'])
  await run('git', ['commit', '--message', `chore: release ${version}`], shown)
  await run('git', ['tag', '--annotate', `v${version}`, '--message', `v${version}`])
  console.log(`Look at the commit, then: git push --follow-tags`)
} catch (error) {
  console.error(/** @type {Error} */ (error).message)
  process.exitCode = 1
}
