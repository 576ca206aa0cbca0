import { defineConfig } from 'tsup'
import { readTroubleshooting } from '../../scripts/lib/repository.mjs'

const troubleshooting = await readTroubleshooting()

/** @type {import('tsup').Options} */
const shared = {
  // Two builds of everything that is bundled: both without spaces and in the shortest syntax, with every name.
  esbuildOptions: (options) => {
    options.minifyWhitespace = true
    options.minifySyntax = true
  },
  define: troubleshooting === undefined ? {} : { TROUBLESHOOTING: JSON.stringify(troubleshooting) },
  target: 'node20',
  // ESM-only, or used in a small part: a host's Jest suite in CJS must be able to load us, and quickly.
  noExternal: ['cookie', 'fastest-levenshtein', 'lru-cache', /^rate-limiter-flexible/],
}

export default defineConfig([
  {
    ...shared,
    // The command has what it shares with the middleware from the same file, which no middleware loads more of by it.
    entry: { index: 'src/index.ts', command: 'src/doctor/command.ts' },
    format: 'esm',
    dts: { entry: 'src/index.ts' },
    // Both builds clean, each what is its own.
    clean: ['!*.cjs', '!*.d.cts'],
  },
  {
    ...shared,
    entry: ['src/index.ts'],
    format: 'cjs',
    dts: true,
    clean: ['!*.js', '!*.d.ts'],
  },
])
