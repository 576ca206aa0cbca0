import { defineConfig } from 'vitest/config'
import projects from './vitest.workspace.ts'

export default defineConfig({
  // Packages are tested on their source, through the exports condition that publishing strips.
  // The list replaces Vite's defaults, so they are named again.
  ssr: { resolve: { conditions: ['@portal-sso/source', 'module', 'node', 'development|production'] } },
  test: {
    projects,
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
