import { rmSync } from 'node:fs'
import { mkdtemp, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder outside the workspace, gone when this process ends, by Ctrl-C too. */
export async function createTempFolder(name) {
  const folder = await mkdtemp(join(await realpath(tmpdir()), `portal-sso-${name}-`))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ]) {
    process.once(signal, () => process.exit(128 + number))
  }
  return folder
}
