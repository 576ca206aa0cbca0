import { defineConfig } from 'tsup'
import { readTroubleshooting } from '../../scripts/lib/repository.mjs'

const troubleshooting = await readTroubleshooting()

export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  dts: true,
  // Two builds of everything that is bundled: one without line breaks and spaces, and with every name, keeps them small.
  // Not the ESM build: by its line breaks publint tells that it is one.
  esbuildOptions: (options, { format }) => {
    options.minifyWhitespace = format === 'cjs'
  },
  define: troubleshooting === undefined ? {} : { TROUBLESHOOTING: JSON.stringify(troubleshooting) },
  clean: true,
  target: 'node20',
  // ESM-only, or used in a small part: a host's Jest suite in CJS must be able to load us, and quickly.
  noExternal: ['cookie', 'fastest-levenshtein', 'lru-cache', /^rate-limiter-flexible/],
})
