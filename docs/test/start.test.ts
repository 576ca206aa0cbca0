import { readdirSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { docsFolder, writeSamples } from './samples.js'

const guides = readdirSync(docsFolder).filter((name) => name.endsWith('.md'))
const cases = await Promise.all(
  guides.flatMap((guide) =>
    ['express', 'express-store', 'koa', 'passport', 'koa-login'].map(async (context) => ({
      guide,
      context,
      samples: await writeSamples(`docs/${guide}`, context),
    })),
  ),
)
const filled = cases.filter(({ samples }) => samples.length > 0)

// The compiler knows the names of options; whether they are taken is for `portalSso()` to say.
test.each(filled)('what $guide shows for $context starts', async ({ samples }) => {
  vi.stubEnv('CHARGEBEE_SITE', 'acme-test')
  vi.stubEnv('CHARGEBEE_API_KEY', 'test_key')
  vi.stubEnv('PORTAL_SSO_BASE_URL', 'http://localhost:8080')
  vi.stubEnv('PORTAL_SSO_SECRET', 'a secret of at least thirty-two bytes')
  vi.stubEnv('PORT', '0')
  for (const sample of samples) {
    const { portal, server } = await import(sample)
    server?.close()
    await portal?.close()
  }
})

test('there are some in every framework', () => {
  expect(new Set(filled.map(({ context }) => context)).size).toBe(5)
})
