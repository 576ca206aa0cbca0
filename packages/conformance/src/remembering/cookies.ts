import { expect } from 'vitest'
import { type CheckGroup, check, expectHandedOut, newestSession } from '../kit/check.js'
import { json } from '../kit/http.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { Scene, type Stage, startChargebee } from '../kit/scene.js'
import type { Visitor } from '../kit/visitor.js'

/** CONTRACT section 6: what a cookie is good for, and what it is not. */
export const cookies: CheckGroup = {
  title: 'what the browser remembers for us',
  checks: [
    check(
      'cookie-restart',
      'a host that was restarted with the same settings MUST find the sessions of before',
      async ({ open, startHost, after }) => {
        const before = await open()
        const visitor = before.visitor('ada')
        await visitor.click()
        const restarted = await Scene.open(startHost, { emulator: before.emulator })
        after(() => restarted.close())
        expectLoggedOut(await copyOf(visitor, restarted).logout(), 1)
        expect(newestSession(before).status).toBe('logged_out')
      },
    ),

    check(
      'cookie-secret',
      'a cookie MUST open with the secret that sealed it and with no other, whatever the API key is',
      async (stage) => {
        const secret = 'a secret of the host that is longer than 32 bytes'
        const scene = await stage.open({ options: { secret } })
        const visitor = scene.visitor('ada')
        await visitor.click()
        const stranger = await anotherHost(stage, scene, { secret: `${secret}, and another` })
        await expectUnreadable(copyOf(visitor, stranger), stranger)
        const derived = await anotherHost(stage, scene, {})
        await expectUnreadable(copyOf(visitor, derived), derived)
        const friend = await anotherHost(stage, scene, { secret })
        expectLoggedOut(await copyOf(visitor, friend).logout(), 1)
      },
    ),

    check('cookie-tampered', 'a changed cookie MUST be ignored and reported', async ({ open }) => {
      const scene = await open()
      const original = scene.visitor('ada')
      await original.click()
      const [name = ''] = original.remembered
      const value = original.jar.get(name) ?? ''
      const parts = value.split('.')
      const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
      const changed = [
        flipped(value, value.length - 3),
        flipped(value, Math.floor(value.length / 2)),
        value.slice(0, -1),
        `${value}A`,
        value.split('.').slice(1).join('.'),
        [header, ...parts.slice(1)].join('.'),
        `${header}.${Buffer.from(`{"id":"${newestSession(scene).id}"}`).toString('base64url')}.`,
        newestSession(scene).id,
        Buffer.from(JSON.stringify({ id: newestSession(scene).id })).toString('base64url'),
        'x',
        '....',
        '%00',
        '%',
        'a'.repeat(3000),
      ]
      for (const wrong of changed) {
        const visitor = scene.visitor('ada')
        visitor.jar.set(name, wrong)
        await expectUnreadable(visitor, scene)
      }
    }),

    check('cookie-renamed', 'a cookie under another name MUST be ignored and reported', async ({ open }) => {
      for (const [options, prefix] of [
        [undefined, 'psso.'],
        [{ baseUrl: 'https://shop.example' }, '__Host-psso.'],
      ] as const) {
        const scene = await open({ ...(options === undefined ? {} : { options }) })
        const original = scene.visitor('ada')
        await original.click()
        const [name = ''] = original.remembered
        const visitor = scene.visitor('ada')
        visitor.jar.set(`${prefix}AAAAAAAAAAAAAAAAAAAAAA`.slice(0, name.length), original.jar.get(name) ?? '')
        await expectUnreadable(visitor, scene)
      }
    }),

    check(
      'cookie-prefix',
      'with an https baseUrl only __Host- cookies MUST count: others may come from a neighbouring domain',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example' } })
        const original = scene.visitor('ada')
        await original.click()
        const [name = ''] = original.remembered
        const visitor = scene.visitor('ada')
        visitor.jar.set(name.replace('__Host-', ''), original.jar.get(name) ?? '')
        visitor.user = undefined
        const answer = await visitor.logout()
        expect(answer.status).toBe(200)
        expect(json(answer).ended).toBe(0)
        expect(scene.logouts).toEqual([])
      },
    ),

    check(
      'cookie-other-site',
      "another Chargebee site's cookie MUST be ignored and reported, with the same key and secret too",
      async (stage) => {
        const secret = 'one secret for both sites, longer than 32 bytes'
        const first = await stage.open({ options: { secret } })
        const visitor = first.visitor('ada')
        await visitor.click()
        const emulator = await startChargebee({ apiKey: first.emulator.apiKey })
        stage.after(() => emulator.close())
        const second = await Scene.open(stage.startHost, { emulator, options: { secret } })
        stage.after(() => second.close())
        await expectUnreadable(copyOf(visitor, second), second)
        expect(newestSession(first).status).toBe('created')
      },
    ),

    check(
      'cookie-rest',
      'beside an unreadable cookie the readable ones MUST still be ended',
      async ({ open }) => {
        const scene = await open()
        const visitor = scene.visitor('ada')
        await visitor.click()
        const [name = ''] = visitor.remembered
        visitor.jar.set(`${name.slice(0, -4)}AAAA`, visitor.jar.get(name) ?? '')
        await visitor.logout()
        expect(newestSession(scene).status).toBe('logged_out')
        expect(scene.logouts).toHaveLength(1)
        expect(scene.events.map(({ type }) => type)).toContain('cookie.unreadable')
      },
    ),

    check('cookie-many', 'a Cookie header full of rubbish MUST NOT keep a customer out', async ({ open }) => {
      const scene = await open()
      const visitor = scene.visitor('ada')
      for (let count = 0; count < 100; count++) visitor.jar.set(`psso.${count}`, 'rubbish')
      visitor.jar.set('psso.', '')
      visitor.jar.set('psso.__proto__', '{}')
      expectHandedOut(await visitor.click(), scene)
      await visitor.logout()
      expect(newestSession(scene).status).toBe('logged_out')
    }),

    check(
      'cookie-foreign',
      "the host's own cookies MUST be neither touched nor reported",
      async ({ open }) => {
        const scene = await open()
        const visitor = scene.visitor('ada')
        const own = {
          'connect.sid': 's%3Aabc',
          pssoft: 'x',
          'my.psso.x': 'y',
          '__Host-psso-like': 'z',
          theme: '"dark"',
        }
        for (const [name, value] of Object.entries(own)) visitor.jar.set(name, value)
        await visitor.click()
        await visitor.logout()
        for (const [name, value] of Object.entries(own)) expect(visitor.jar.get(name)).toBe(value)
        expect(scene.events.map(({ type }) => type)).not.toContain('cookie.unreadable')
      },
    ),

    check('cookie-unrelated', 'requests that are not ours MUST NOT touch our cookies', async ({ open }) => {
      const scene = await open()
      const visitor = scene.visitor('ada')
      await visitor.click()
      const pong = await visitor.host('GET', '/host/ping')
      expect(pong.setCookies.map(({ name }) => name)).toEqual(['host'])
    }),
  ],
}

async function anotherHost(stage: Stage, scene: Scene, options: Record<string, unknown>): Promise<Scene> {
  const other = await Scene.open(stage.startHost, { emulator: scene.emulator, options })
  stage.after(() => other.close())
  return other
}

/** The same browser at another host. */
function copyOf(visitor: Visitor, scene: Scene): Visitor {
  const copy = scene.visitor(visitor.user)
  for (const [name, value] of visitor.jar) copy.jar.set(name, value)
  return copy
}

/** Logs out by cookies alone: who is signed in may be known to the process from a moment ago. */
async function expectUnreadable(visitor: Visitor, scene: Scene): Promise<void> {
  visitor.user = undefined
  const [made, reported] = [scene.logouts.length, count(scene)]
  const answer = await visitor.logout()
  expect(answer.status, answer.body).toBeLessThan(500)
  expect(scene.logouts).toHaveLength(made)
  expect(count(scene), [...visitor.jar].join()).toBeGreaterThan(reported)
}

function count(scene: Scene): number {
  return scene.events.filter(({ type }) => type === 'cookie.unreadable').length
}

function flipped(text: string, index: number): string {
  return `${text.slice(0, index)}${text[index] === 'A' ? 'B' : 'A'}${text.slice(index + 1)}`
}
