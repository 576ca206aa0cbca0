import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts'],
  // Vitest can't be required.
  format: ['esm'],
  dts: true,
  clean: true,
  target: 'node20',
})
