import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The workspace's folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** @typedef {{ name: string, [field: string]: any }} Manifest what package.json says */

/**
 * @param {string} folder
 * @returns {Promise<Manifest>}
 */
export async function readManifest(folder) {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
}
