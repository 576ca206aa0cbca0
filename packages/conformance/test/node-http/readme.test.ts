import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'

it('the README has the adapter as it is tested', async () => {
  const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8')
  expect(await read('../../README.md')).toContain(`\`\`\`ts\n${await read('portal.ts')}\`\`\``)
  expect((await read('portal.ts')).split('\n').length).toBeLessThan(90)
})
