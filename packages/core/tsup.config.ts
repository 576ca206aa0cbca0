import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  dts: true,
  sourcemap: true,
  clean: true,
  target: 'node20',
  // ESM-only, or too small to be worth a dependency: a host's Jest suite in CJS must be able to load us.
  noExternal: ['jose', 'cookie', 'fastest-levenshtein', 'lru-cache'],
})
