import { fileURLToPath } from 'node:url'
import type { TestProjectInlineConfiguration } from 'vitest/config'

/** The one list of test projects: add a package, or another major of a framework, here and nowhere else. */
export default [
  project('core', 'core'),
  project('express5', 'express'),
  project('express4', 'express', { express: 'express4' }),
  project('koa3', 'koa'),
  project('koa2', 'koa', { koa: 'koa2' }),
  project('emulator', 'emulator'),
  project('examples', 'tests', {}, 'examples'),
] satisfies TestProjectInlineConfiguration[]

function project(
  name: string,
  folder: string,
  alias: Record<string, string> = {},
  parent: 'packages' | 'examples' = 'packages',
): TestProjectInlineConfiguration {
  return {
    extends: true,
    resolve: { alias },
    test: {
      name,
      root: fileURLToPath(new URL(`${parent}/${folder}`, import.meta.url)),
      env: { PROJECT: name },
    },
  }
}
