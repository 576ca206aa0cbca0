import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of the style sheet and the script: files, because helmet's default policy runs no inline script. */
export const assetsFolder = fileURLToPath(new URL('../assets', import.meta.url))

/** The same for a framework without a static-file middleware at hand: path below the host, type and content. */
export const assets: ReadonlyMap<string, { readonly type: string; readonly body: Buffer }> = new Map(
  [
    { name: 'style.css', type: 'text/css; charset=utf-8' },
    { name: 'billing.js', type: 'text/javascript; charset=utf-8' },
    { name: 'icon.svg', type: 'image/svg+xml' },
  ].map(({ name, type }) => [`/assets/${name}`, { type, body: readFileSync(`${assetsFolder}/${name}`) }]),
)
