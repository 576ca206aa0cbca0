import assert from 'node:assert/strict'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { runInNewContext } from 'node:vm'
import { type Browser, expect as expectPage, type Frame } from '@playwright/test'
import { type Emulator, startEmulator } from '@portal-sso/emulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isChromiumMissing, launchChromium } from '../../examples/tests/test/browser/chromium.js'
import { type Listening, listen } from '../../examples/tests/test/listen.js'
import { createApp } from './recipes/app.js'
import { blocksOf } from './samples.js'

/**
 * Cypress needs a program that is no package of npm. So `cy` is played here: commands wait in a queue, the page is in a
 * frame of a page of its own origin, what `intercept` changes is changed between the browser and the app, and there
 * the headers by which a page keeps out of frames are taken away.
 */
const RUNNER = '/__cypress'

type Command = (subject: unknown) => unknown
type Intercept = (request: { headers: IncomingHttpHeaders }) => void

function createCy(frame: () => Frame, intercepts: Map<string, Intercept>) {
  const queue: Command[] = []
  const chain = {
    its: (path: string) =>
      add((subject) => path.split('.').reduce((value, name) => Object(value)[name], subject)),
    should: (comparison: string, wanted: unknown) =>
      add((subject) => {
        assert.equal(comparison, 'eq')
        assert.equal(subject, wanted)
      }),
    click: () => add((subject) => frame().getByText(String(subject)).click()),
  }
  function add(command: Command) {
    queue.push(command)
    return chain
  }
  const cy = {
    request: (...args: [url: string] | [method: string, url: string, body?: object]) =>
      add(async () => {
        const [method, url, body] = args.length === 1 ? ['GET', args[0]] : args
        const response = await fetch(String(url), {
          method: String(method),
          ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        })
        assert.ok(response.ok, `${method} ${url}: ${response.status}`)
        return { status: response.status, body: await response.json() }
      }),
    intercept: (_method: string, glob: string, change: Intercept) => {
      return add(() => intercepts.set(glob.replace('*', ''), change))
    },
    visit: (url: string) => add(() => frame().goto(url)),
    origin: (_url: string, body: () => void) =>
      add(async () => {
        const rest = queue.splice(0)
        body()
        await run()
        queue.push(...rest)
      }),
    contains: (text: string) =>
      add(async () => {
        await expectPage(frame().getByText(text)).toBeVisible({ timeout: 120_000 })
        return text
      }),
  }
  const run = async () => {
    let subject: unknown
    for (let command = queue.shift(); command !== undefined; command = queue.shift()) {
      subject = await command(subject)
    }
  }
  return { cy, run }
}

function framable(response: ServerResponse): void {
  const { writeHead } = response
  response.writeHead = (status: number) => {
    for (const name of ['x-frame-options', 'content-security-policy']) response.removeHeader(name)
    return writeHead.call(response, status)
  }
}

const isSkipped = isChromiumMissing && process.env.CI !== 'true'

describe.skipIf(isSkipped)('the recipes for Cypress, as far as they go without it', () => {
  const intercepts = new Map<string, Intercept>()
  let emulator: Emulator
  let app: ReturnType<typeof createApp>
  let host: Listening
  let browser: Browser

  beforeAll(async () => {
    emulator = await startEmulator()
    const { site, apiKey, apiUrl, portalUrl } = emulator
    app = createApp({ site, apiKey, apiUrl, portalUrl, baseUrl: 'http://localhost:8080' })
    host = await listen(
      (request, response) => {
        const url = request.url ?? '/'
        if (url === RUNNER) {
          response.setHeader('content-type', 'text/html')
          response.end('<!doctype html><iframe name="app"></iframe>')
          return
        }
        framable(response)
        for (const [start, change] of intercepts) if (url.startsWith(start)) change(request)
        app.app(request, response)
      },
      'localhost',
      0,
    )
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await host?.close()
    await app?.portal.close()
    await emulator?.close()
  })

  test.each(['packages/emulator/README.md', 'docs/testing.md'])('%s', async (page) => {
    const blocks = (await blocksOf(page)).filter(({ note }) => note === 'with: cypress')
    expect(blocks).toHaveLength(1)
    const code = blocks[0]?.code
      .replaceAll('127.0.0.1:8480', new URL(emulator.apiUrl).host)
      .replaceAll('localhost:8080', new URL(host.origin).host)
    const context = await browser.newContext()
    const tab = await context.newPage()
    await tab.goto(host.origin + RUNNER)
    const { cy, run } = createCy(() => tab.frame('app') ?? expect.fail('no frame'), intercepts)
    const before: (() => void)[] = []
    const tests: (() => void)[] = []
    runInNewContext(code ?? '', {
      cy,
      beforeEach: (hook: () => void) => before.push(hook),
      it: (_name: string, body: () => void) => tests.push(body),
    })
    expect([before.length, tests.length]).toEqual([1, 1])
    for (const part of [...before, ...tests]) {
      part()
      await run()
    }
    await context.close()
  })

  test('without what they intercept, the click in the frame is refused', async () => {
    intercepts.clear()
    const context = await browser.newContext()
    const tab = await context.newPage()
    await tab.goto(host.origin + RUNNER)
    const { cy, run } = createCy(() => tab.frame('app') ?? expect.fail('no frame'), intercepts)
    cy.visit(`${host.origin}/login`)
    cy.contains('Manage billing').click()
    cy.contains('One more click')
    await run()
    await context.close()
  })
})
