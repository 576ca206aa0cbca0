import type { IncomingMessage, ServerResponse } from 'node:http'
import { CONTROL_PATH, type ControlApi } from './control/control-api.js'
import type { Events } from './control/events.js'
import { serveApi } from './control/serve-api.js'
import type { EmulatorConfig } from './options.js'
import { serveAsset } from './pages/assets.js'
import { frontPage } from './pages/front-page.js'
import { isLoginPath } from './pages/login-paths.js'
import { FRAME_SCRIPT } from './pages/page.js'
import { messagePage } from './pages/portal-layout.js'
import { servePages } from './pages/serve-pages.js'
import { serveStandIn } from './pages/stand-in.js'
import { type Part, SCRIPT_PATH } from './serve.js'
import type { World } from './world.js'

interface Parts {
  readonly config: EmulatorConfig
  readonly origin: string
  readonly control: ControlApi
  readonly events: Events
  readonly current: () => World
}

/** Without the key also where other machines reach the emulator, for a health check. */
const HEALTH_PATH = `${CONTROL_PATH}health`
/** Modules in the folder of the pages' scripts; the first one imports the others. */
const FRONT_SCRIPTS = ['front.js', 'front-control.js', 'front-dom.js', 'front-items.js', 'front-time.js']
const FRONT_SCRIPT = `${CONTROL_PATH}front.js`
const OPEN_PATH = `${CONTROL_PATH}open`

/** Which part of the emulator answers a path. */
export function partsOf({ config, origin, control, events, current }: Parts): (path: string) => Part {
  const { site } = config
  const parts: Readonly<Record<string, Part>> = {
    '/': guarded((request, response) =>
      servePages(site, (asked) => frontPage(site, FRONT_SCRIPT, asked), request, response),
    ),
    [SCRIPT_PATH]: (request, response) => serveStandIn(origin, request, response),
    [FRAME_SCRIPT]: (request, response) => serveAsset('frame.js', request, response),
    ...Object.fromEntries(
      FRONT_SCRIPTS.map((name) => [
        CONTROL_PATH + name,
        guarded((request, response) => serveAsset(name, request, response)),
      ]),
    ),
    [OPEN_PATH]: guarded((request, response) =>
      servePages(site, (asked) => current().openAs(asked), request, response),
    ),
    [HEALTH_PATH]: (request, response) => control.serve(request, response),
  }
  const api: Part = (request, response) => {
    const world = current()
    return serveApi({ ...world, gzip: config.api.gzip, events, closed: world.closed }, request, response)
  }
  const controlPart = guarded((request, response) => control.serve(request, response))
  const pages: Part = (request, response) => {
    const { login, portal } = current()
    return servePages(
      site,
      (asked) => {
        if (isLoginPath(asked.path)) return login.answer(asked)
        if (asked.path.startsWith('/portal')) return portal.answer(asked)
        return messagePage(site, 404, 'Page not found', 'There is nothing at this address.')
      },
      request,
      response,
    )
  }
  return (path) => {
    if (Object.hasOwn(parts, path)) return parts[path] as Part
    if (path.startsWith('/api/')) return api
    return path.startsWith(CONTROL_PATH) ? controlPart : pages
  }

  /** Where other machines reach the emulator, what shows and changes everything takes the key. */
  function guarded(part: Part): Part {
    if (config.onlyLoopback) return part
    return (request: IncomingMessage, response: ServerResponse) => {
      if (current().api.authenticate(request.headers.authorization) === undefined) {
        return part(request, response)
      }
      request.resume()
      response.writeHead(401, {
        'www-authenticate': 'Basic realm="Emulator: the API key is the user name", charset="UTF-8"',
        'content-length': 0,
      })
      response.end()
    }
  }
}
