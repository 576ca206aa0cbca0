import { rmSync } from 'node:fs'
import { mkdtemp, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A folder outside the workspace, gone when this process ends, by Ctrl-C too.
 * @param {string} name
 */
export async function createTempFolder(name) {
  const folder = await mkdtemp(join(await realpath(tmpdir()), `portal-sso-${name}-`))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  return folder
}
