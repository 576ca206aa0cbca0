import { describe, expect, it } from 'vitest'
import { expectHandedOut, newestSession, until } from '../kit/check.js'
import type { StartHost } from '../kit/host.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { aliveIn, WAYS } from '../kit/moments.js'
import { Scene } from '../kit/scene.js'
import { NAVIGATION, SCRIPT } from '../kit/visitor.js'
import { Http2Connection } from './connection.js'

const DEPARTURES = ['connection', 'request'] as const

/**
 * For an adapter whose framework is served over HTTP/2 as well: what that protocol may break.
 *
 * @param startHost starts the same application as for `describePortal`, on a server of `node:http2` without TLS
 */
export function describeHttp2(name: string, startHost: StartHost): void {
  async function open(after: (clean: () => Promise<void> | void) => void) {
    const scene = await Scene.open(startHost)
    after(() => scene.close())
    const connect = (user = 'ada') => {
      const connection = new Http2Connection(scene, user)
      after(() => connection.close())
      return connection
    }
    return { scene, connect }
  }

  /** Requests that the host has answered meanwhile: it has noticed by then what happened before on other connections. */
  async function letHostNotice(connection: Http2Connection): Promise<void> {
    for (let pings = 0; pings < 3; pings++) await connection.send('GET', '/host/ping', SCRIPT).answer
  }

  describe.concurrent(name, () => {
    it('http2-click: a click MUST open the portal, remembered, and a logout MUST end it', async ({
      onTestFinished,
    }) => {
      const { scene, connect } = await open(onTestFinished)
      const ada = connect()
      for (const way of WAYS) {
        const answer = await ada.send(way.method, way.path(scene), way.headers).answer
        if (way.name === 'link') expectHandedOut(answer, scene)
        else expect(answer.status, answer.body).toBe(200)
        expect(aliveIn(scene)).toContain(newestSession(scene).id)
      }
      expectLoggedOut(await ada.send('POST', scene.path('/portal_logout'), SCRIPT).answer, WAYS.length)
      expect(aliveIn(scene)).toEqual([])
    })

    it.each(DEPARTURES)(
      'http2-undelivered: when the browser gives up its %s during the create the new session MUST be ended, and no other',
      async (how) => {
        for (const way of WAYS) {
          const cleaners: (() => Promise<void> | void)[] = []
          const { scene, connect } = await open((clean) => cleaners.push(clean))
          try {
            const [ada, grace] = [connect(), connect('grace')]
            await ada.send('GET', scene.path('/portal_link'), NAVIGATION).answer
            const held = scene.emulator.hold('create')
            const { stream } = ada.send(way.method, way.path(scene), way.headers)
            await held
            ada.leave(how, stream)
            await letHostNotice(grace)
            scene.emulator.release()
            await until(() => scene.sessions[1]?.status === 'logged_out')
            expect(aliveIn(scene)).toEqual([scene.sessions[0]?.id])
            // Known to be gone before anything was handed out.
            const types = scene.events.map(({ type }) => type)
            expect(types.filter((type) => type === 'session.created')).toHaveLength(1)
            expect(types).not.toContain('misconfigured')
          } finally {
            for (const clean of cleaners.reverse()) await clean()
          }
        }
      },
    )

    it('http2-delivered: a session whose answer was delivered MUST NOT be ended because the connection ends then', async ({
      onTestFinished,
    }) => {
      const { scene, connect } = await open(onTestFinished)
      const grace = connect('grace')
      for (const way of WAYS) {
        const ada = connect()
        await ada.send(way.method, way.path(scene), way.headers).answer
        ada.close()
      }
      // It waits for whatever the host still does in the background.
      await grace.send('POST', '/host/close-portal', SCRIPT).answer
      expect(scene.sessions.map(({ status }) => status)).toEqual(WAYS.map(() => 'created'))
      expect(scene.logouts).toEqual([])
    })
  })
}
