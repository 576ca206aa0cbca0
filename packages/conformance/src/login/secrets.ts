import { inspect } from 'node:util'
import { expect } from 'vitest'
import { type CheckGroup, check, expectNext, expectPrivate } from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import type { Answer } from '../kit/http.js'
import type { Stage } from '../kit/scene.js'
import { NAVIGATION, SCRIPT } from '../kit/visitor.js'
import { CALLBACK, LOGIN, LoginScene } from './scene.js'

/** Promise 9 for the reverse flow, and its options. */
export const loginSecrets: CheckGroup = {
  title: 'what the reverse flow tells nobody, and how it is switched on',
  checks: [
    check(
      'login-secrets-kept',
      'token, secret and key MUST NOT be in an answer, an event or a line on the console, whatever happens',
      async (stage) => {
        let onLogin: () => unknown = () => undefined
        const host = await LoginScene.open(stage, { onLogin: () => onLogin() })
        const { emulator } = host.scene
        const answers: Answer[] = []
        const run = async () => {
          const visitor = host.visitor()
          const begun = await host.begin(visitor)
          const address = await host.signIn(begun)
          answers.push(begun.answer, await host.arrive(visitor, address))
          answers.push(await host.arrive(visitor, address))
          answers.push(await host.arrive(host.visitor(), address), await visitor.logout())
          const framed = { ...NAVIGATION, 'sec-fetch-dest': 'iframe' }
          for (const headers of [framed, SCRIPT, { 'sec-purpose': 'prefetch' }])
            answers.push(await host.arrive(visitor, address, headers))
          answers.push(await visitor.request('POST', host.pathOf(address), NAVIGATION))
        }
        await run()
        onLogin = () => Promise.reject(new Error('down'))
        await run()
        onLogin = () => undefined
        for (const fault of [{ status: 400 }, { status: 401 }, { status: 404 }, { status: 200, body: {} }]) {
          const mend = emulator.fail({ operation: 'activate', times: ALWAYS, ...fault })
          await run()
          mend()
        }
        const secrets = [
          ...host.scene.sessions.flatMap(({ token, access_url }) => [token, access_url]),
          emulator.apiKey,
          host.secret,
        ]
        const heard = [
          ...answers.map((answer) => inspect(answer, { depth: null, maxStringLength: null })),
          ...host.scene.events.map((event) => inspect(event, { depth: null, showHidden: true })),
          ...stage.console.lines,
        ]
        for (const secret of secrets) expect(heard.filter((text) => text.includes(secret))).toEqual([])
        expect(host.scene.events.length).toBeGreaterThan(0)
      },
    ),

    check(
      'login-secrets-text',
      "Chargebee's text MUST NOT appear in an answer, an event or a log line",
      async (stage) => {
        const text = 'Upstream words about a login that nobody should read'
        const error = { message: text, type: 'invalid_request', api_error_code: 'invalid_request' }
        const host = await LoginScene.open(stage)
        for (const status of [400, 401, 404, 409]) {
          const mend = host.scene.emulator.fail({ operation: 'activate', times: ALWAYS, status, body: error })
          const answer = await host.logIn(host.visitor())
          expect(answer.status).toBeGreaterThanOrEqual(400)
          expect(JSON.stringify([answer.headers, answer.body])).not.toContain(text)
          mend()
        }
        expect(JSON.stringify(host.scene.events)).not.toContain(text)
        expect(stage.console.lines.filter((line) => line.includes(text))).toEqual([])
      },
    ),

    check(
      'login-private',
      'every answer of both routes MUST carry Cache-Control: no-store and Referrer-Policy: no-referrer',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const visitor = host.visitor()
        const begun = await host.begin(visitor)
        const cancelled = await host.begin(visitor)
        const address = await host.signIn(begun)
        const answers = [
          begun.answer,
          await host.arrive(visitor, cancelled.returnUrl),
          await host.arrive(visitor, address, SCRIPT),
          await host.arrive(visitor, address, { 'sec-purpose': 'prefetch' }),
          await visitor.request('HEAD', host.pathOf(address)),
          await visitor.request('POST', host.pathOf(address)),
          await host.arrive(visitor, address),
          await host.arrive(visitor, address),
          await host.start(visitor, '?return_to=//evil.example'),
        ]
        for (const answer of answers) expectPrivate(answer)
      },
    ),

    check('login-off', 'without the option login both routes MUST go on to the host', async (stage) => {
      const scene = await stage.open({ options: { secret: 'a secret that is longer than thirty-two bytes' } })
      for (const path of [LOGIN, `${CALLBACK}/state`, CALLBACK]) {
        for (const headers of [NAVIGATION, { ...NAVIGATION, 'sec-purpose': 'prefetch' }])
          expectNext(await scene.visitor().request('GET', scene.path(path), headers))
      }
      expect(scene.events).toEqual([])
    }),

    check(
      'login-route-off',
      'a route that is switched off beside the option login MUST go on to the host, or be a TypeError that names it',
      async (stage) => {
        for (const [route, path] of [
          ['login', LOGIN],
          ['callback', `${CALLBACK}/state`],
        ] as const) {
          try {
            const { scene } = await LoginScene.open(stage, { options: { routes: { [route]: false } } })
            expectNext(await scene.visitor().request('GET', scene.path(path), NAVIGATION))
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError)
            expect(String(error)).toContain(`routes.${route}`)
          }
          const off = await stage.open({ options: { routes: { [route]: false } } })
          expectNext(await off.visitor().request('GET', off.path(path), NAVIGATION))
        }
      },
    ),

    check(
      'login-options',
      'login without a secret, without onLogin, or misspelt MUST be a TypeError that names the mend',
      async (stage) => {
        const onLogin = () => {}
        const secret = 'a secret that is longer than thirty-two bytes, not printed'
        const cases: readonly (readonly [Record<string, unknown>, readonly string[]])[] = [
          [{ login: { onLogin } }, ['secret']],
          [{ secret, login: { onLogn: onLogin } }, ['onLogn', 'onLogin']],
          [{ secret, login: { onLogin, cancelURL: '/' } }, ['cancelURL', 'cancelUrl']],
          [{ secret, login: {} }, ['onLogin']],
          [{ secret, login: { onLogin: 'yes' } }, ['onLogin']],
          [{ secret, login: true }, ['login']],
          [{ secret, login: onLogin }, ['login']],
          [{ secret, login: { onLogin, cancelUrl: 42 } }, ['cancelUrl']],
          [{ secret, login: { onLogin, cancelUrl: '//evil.example' } }, ['cancelUrl']],
          [{ secret: 'too short', login: { onLogin } }, ['secret']],
        ]
        for (const [options, words] of cases) {
          const error = await failureOf(stage, options)
          expect(error, inspect(options)).toBeInstanceOf(TypeError)
          for (const word of words) expect((error as Error).message).toContain(word)
          expect(String((error as Error).stack)).not.toContain(secret)
        }
      },
    ),
  ],
}

function failureOf(stage: Stage, options: Record<string, unknown>): Promise<unknown> {
  return stage.open({ options }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
}
