import './lib/require-node.mjs'
import { parseArgs } from 'node:util'
import { readRepository } from './lib/repository.mjs'
import { pnpm, run, shown } from './lib/run.mjs'
import { createTempFolder } from './lib/temp-folder.mjs'
import { packAll } from './packed/tarballs.mjs'

// Publishes what `changeset version` has numbered: `pnpm release`, or `pnpm release --dry-run` to see it only.
const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } })

process.exitCode = await release(values['dry-run'])

/** @param {boolean} isDry */
async function release(isDry) {
  try {
    if ((await readRepository()) === undefined) {
      console.error(
        'The address of the repository is not named yet, and what is published has to link to it. Write it into ' +
          '"repository" of package.json, then release again.',
      )
      return 1
    }
    await pnpm(['run', 'build'])
    const packed = await packAll(await createTempFolder('release'))
    const dry = isDry ? ['--dry-run'] : []
    for (const { tarball } of packed)
      await run('npm', ['publish', tarball, '--access', 'public', ...dry], { ...shown, timeout: 0 })
    if (!isDry) await pnpm(['exec', 'changeset', 'tag'], shown)
    return 0
  } catch (error) {
    console.error(/** @type {Error} */ (error).message)
    return 1
  }
}
