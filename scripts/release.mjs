import './lib/require-node.mjs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CheckError, refuse } from './lib/report.mjs'
import { readRepository } from './lib/repository.mjs'
import { pnpm, run, shown } from './lib/run.mjs'
import { createTempFolder } from './lib/temp-folder.mjs'
import { readManifest, root } from './lib/workspace.mjs'
import { packAll } from './packed/tarballs.mjs'

// Publishes what `pnpm run release:commit` has numbered: `pnpm release --tag v0.1.0`, or with `--dry-run` to see it only. What
// the registry has already is left alone, so a release that broke off is gone on with by the same command.
const { values } = parseArgs({
  options: { 'dry-run': { type: 'boolean', default: false }, tag: { type: 'string' } },
})

const NEEDED_BY_OTHERS = ['@portal-sso/core', '@portal-sso/emulator']

try {
  await release(values)
} catch (error) {
  console.error(/** @type {Error} */ (error).message)
  process.exitCode = 1
}

/** @param {{ 'dry-run': boolean, tag?: string | undefined }} given */
async function release({ 'dry-run': isDry, tag }) {
  if ((await readRepository()) === undefined)
    throw new CheckError(
      'The address of the repository is not named yet, and what is published has to link to it. Write it into ' +
        '"repository" of package.json, then release again.',
    )
  const { version } = await readManifest(join(root, 'packages/core'))
  const pending = (await readdir(join(root, '.changeset'))).filter((name) => name.endsWith('.md'))
  refuse([
    ...(pending.length > 0
      ? [`No version has the changesets yet (${pending}): pnpm run release:commit`]
      : []),
    ...(tag !== undefined && tag !== `v${version}` ? [`The tag is ${tag}, the version ${version}.`] : []),
  ])
  await pnpm(['run', 'build'])
  const packed = await packAll(await createTempFolder('release'))
  // What others need comes first, so that whoever installs meanwhile finds it.
  const others = packed.filter(({ name }) => !NEEDED_BY_OTHERS.includes(name))
  for (const { name, tarball } of [...packed.filter((one) => !others.includes(one)), ...others]) {
    if (await isPublished(name, version)) console.log(`${name}@${version} is published already.`)
    else
      await run('npm', ['publish', tarball, '--access', 'public', ...(isDry ? ['--dry-run'] : [])], {
        ...shown,
        timeout: 0,
      })
  }
}

/** @param {string} name @param {string} version */
async function isPublished(name, version) {
  try {
    return (await run('npm', ['view', `${name}@${version}`, 'version'])).includes(version)
  } catch (error) {
    const { all } = /** @type {{ all?: unknown }} */ (error)
    if (String(all).includes('E404')) return false
    throw error
  }
}
