import { fileURLToPath } from 'node:url'
import type { TestProjectInlineConfiguration } from 'vitest/config'

/** The one list of test projects: add a package, or another major of a framework, here and nowhere else. */
export const projectsFor = (mode: string): TestProjectInlineConfiguration[] => {
  const files = filesOf(mode)
  return [
    project('core', 'packages/core', files),
    project('express5', 'packages/express', files),
    project('express4', 'packages/express', withoutCrashes(mode, files), { express: 'express4' }),
    project('koa3', 'packages/koa', files),
    project('koa2', 'packages/koa', files, { koa: 'koa2' }),
    project('fastify5', 'packages/fastify', files),
    project('node-http', 'packages/conformance', files),
    sharing(project('emulator', 'packages/emulator', files)),
    project('redis', 'packages/redis', files),
    project('examples', 'examples/tests', { ...files, exclude: ['test/browser/**'] }),
    browserProject(mode),
    project('docs', 'docs', files),
  ]
}

interface Files {
  readonly include: string[]
  /** Where it is there, Vitest leaves out what `--exclude` says. */
  readonly exclude?: string[]
}

/** By its name a file says that it takes too long for every day. */
function filesOf(mode: string): Files {
  return { include: [`test/**/${mode === 'exhaustive' ? '*.exhaustive' : '!(*.exhaustive)'}.test.ts`] }
}

/** A process that is killed loses the same in each major: the second one is tried in the exhaustive run only. */
function withoutCrashes(mode: string, { include }: Files): Files {
  const crashes = 'test/crash.test.ts'
  return mode === 'exhaustive' ? { include: [...include, crashes] } : { include, exclude: [crashes] }
}

function project(
  name: string,
  folder: string,
  files: Files,
  alias: Record<string, string> = {},
): TestProjectInlineConfiguration {
  return {
    extends: true,
    resolve: { alias },
    test: {
      name,
      root: fileURLToPath(new URL(folder, import.meta.url)),
      env: { PROJECT: name },
      ...files,
    },
  }
}

/** Its files share what they import: most of them last no longer than the import would. */
function sharing({ test, ...rest }: TestProjectInlineConfiguration): TestProjectInlineConfiguration {
  return { ...rest, test: { ...test, isolate: false } }
}

/**
 * One browser for all files, which share what they import as well: two frameworks, the emulator, Playwright. Every day
 * on Express, exhaustively on Koa; both every day, or exhaustively only, where the file's name says so.
 */
function browserProject(mode: string): TestProjectInlineConfiguration {
  const { test, ...rest } = project('browser', 'examples/tests', {
    include: ['test/browser/**/*.test.ts'],
    exclude: [mode === 'exhaustive' ? '**/*.both.test.ts' : '**/*.exhaustive.test.ts'],
  })
  const env = { ...test?.env, BROWSER_TESTS_ON: mode === 'exhaustive' ? 'koa' : 'express' }
  return { ...rest, test: { ...test, env, globalSetup: ['test/browser/one-browser.ts'], isolate: false } }
}
