import { defineConfig } from 'vitest/config'
import { projectsFor } from './vitest.workspace.ts'

/** `vitest run` runs what `verify` does; `vitest run --mode exhaustive` what only `verify --exhaustive` does. */
export default defineConfig(({ mode }) => ({
  // Packages are tested on their source, through the exports condition that publishing strips.
  // The list replaces Vite's defaults, so they are named again, but for `module`: what that has for bundlers, as of
  // OpenTelemetry, Node can't load.
  ssr: { resolve: { conditions: ['@portal-sso/source', 'node', 'development|production'] } },
  test: {
    projects: projectsFor(mode),
    // Hosts under test print their hints.
    silent: 'passed-only',
    // All cores: Vitest would leave one idle, which is half of two.
    maxWorkers: '100%',
    // Most of a conformance check is waiting for a socket or a timer.
    maxConcurrency: 12,
    // Only what hangs takes this long, on a busy machine too.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
}))
