import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/command.ts'],
  format: ['esm', 'cjs'],
  // The command is run, not imported.
  dts: { entry: 'src/index.ts' },
  sourcemap: true,
  clean: true,
  target: 'node20',
})
