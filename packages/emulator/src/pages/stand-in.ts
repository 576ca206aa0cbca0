import type { IncomingMessage, ServerResponse } from 'node:http'
import { hostNameOf, isLoopbackName } from '../util/host-names.js'
import { assetText, serveScript } from './assets.js'
import { SECTIONS } from './sections.js'

/**
 * The stand-in for Chargebee.js. It talks to the emulator by the loopback name under which it was asked for: a
 * page at `localhost` that frames `localhost` keeps its cookies also in browsers that are strict about others.
 * Under any other name (js.chargebee.com, sent here by a browser test) it talks to the emulator's own origin.
 */
export function serveStandIn(origin: string, request: IncomingMessage, response: ServerResponse): void {
  const { host } = request.headers
  const name = hostNameOf(host)
  const own = name !== undefined && isLoopbackName(name) ? `http://${host}` : origin
  const sections = Object.fromEntries(Object.entries(SECTIONS).map(([key, [type]]) => [key, type]))
  const text = standInScript().replace('{{ORIGIN}}', own).replace('{{SECTIONS}}', JSON.stringify(sections))
  serveScript(text, 'cross-origin', request, response)
}

/** The two modules as one classic script, as pages load it, with no names of its own but `Chargebee`. */
function standInScript(): string {
  const modules = ['chargebee.js', 'chargebee-dialog.js'].map((name) =>
    assetText(name).replace(/^(import .*\n|export )/gm, ''),
  )
  return `;(() => {\n${modules.join('\n')}})()\n`
}
