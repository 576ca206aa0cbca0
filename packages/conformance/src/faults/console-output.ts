import { expect } from 'vitest'
import { type CheckGroup, check } from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import type { Stage } from '../kit/scene.js'
import { SCRIPT } from '../kit/visitor.js'

/** CONTRACT section 9 without `onEvent`, and the loopback ports of section 3: what the console shows. */
export const consoleOutput: CheckGroup = {
  title: 'what a person reads on the console',
  alone: true,
  checks: [
    check(
      'console-warns',
      'without onEvent a refused key MUST be one console.warn line that names the setting',
      async (stage) => {
        const scene = await stage.open({ options: { onEvent: undefined } })
        scene.emulator.fail({ operation: 'create', times: ALWAYS, status: 401 })
        const lines = await warningsOf(stage, async () => {
          await scene.visitor('ada').click()
        })
        expect(lines.filter((line) => /apiKey|CHARGEBEE_API_KEY/.test(line))).toHaveLength(1)
        expect(lines.filter((line) => line.includes('\n') || line.includes(scene.emulator.apiKey))).toEqual(
          [],
        )
      },
    ),

    check('console-quiet', 'without onEvent the main way through MUST print nothing', async (stage) => {
      const scene = await stage.open({ options: { onEvent: undefined, baseUrl: 'http://localhost:8080' } })
      const before = stage.console.lines.length
      const ada = scene.visitor('ada')
      await ada.click()
      await ada.logout()
      await scene.visitor().click()
      expect(stage.console.lines.slice(before)).toEqual([])
    }),

    check('console-silence', 'with onEvent: false there MUST be silence', async (stage) => {
      const before = stage.console.lines.length
      const scene = await stage.open({ options: { onEvent: false, baseUrl: 'http://localhost:8080' } })
      scene.emulator.fail({ operation: 'create', times: ALWAYS, status: 401 })
      await scene.visitor('ada').click()
      await scene.visitor().click('?after=hop')
      expect(stage.console.lines.slice(before)).toEqual([])
    }),

    check('console-upstream', 'only the first upstream.failed of a minute MUST be printed', async (stage) => {
      const scene = await stage.open({ options: { onEvent: undefined, baseUrl: 'http://localhost:8080' } })
      scene.emulator.fail({ operation: 'create', times: ALWAYS, status: 503 })
      const lines = await warningsOf(stage, async () => {
        await scene.visitor('ada').click()
        await scene.visitor('grace').click()
      })
      expect(lines).toHaveLength(1)
    }),

    check(
      'console-cookies',
      'cookies that do not open at the sign-out of a customer MUST be one line a minute that says why, and no secret',
      async (stage) => {
        const scene = await stage.open({ options: { onEvent: undefined, baseUrl: 'http://localhost:8080' } })
        const ada = scene.visitor('ada')
        await ada.click()
        await ada.click()
        const cookie = [...ada.jar].map((pair) => pair.join('=')).join(', ')
        const lines = await warningsOf(stage, async () => {
          for (let times = 0; times < 3; times++) {
            const answer = await ada.logout({ ...SCRIPT, cookie })
            expect(answer.status, answer.body).toBe(200)
          }
        })
        expect(lines).toEqual([expect.stringMatching(/cookie.*comma/)])
        expect(lines.join()).not.toContain(scene.emulator.apiKey)
      },
    ),

    check(
      'console-port',
      'a loopback baseUrl on a port that Chargebee refuses MUST be one warning that says: run on 8080 to be brought back',
      async (stage) => {
        const lines = await warningsOf(stage, async () => {
          const scene = await stage.open({
            options: { onEvent: undefined, baseUrl: 'http://localhost:3000' },
          })
          await scene.visitor('ada').click()
          await scene.visitor('ada').click()
        })
        expect(lines.filter((line) => line.includes('run on 8080 to be brought back'))).toHaveLength(1)
        const none = await warningsOf(stage, async () => {
          const scene = await stage.open({
            options: { onEvent: undefined, baseUrl: 'http://localhost:8080' },
          })
          await scene.visitor('ada').click()
        })
        expect(none).toEqual([])
      },
    ),
  ],
}

async function warningsOf(stage: Stage, run: () => Promise<void>): Promise<string[]> {
  const before = stage.console.warnings.length
  await run()
  return stage.console.warnings.slice(before)
}
