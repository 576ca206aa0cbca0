import { cp } from 'node:fs/promises'
import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/command.ts'],
  format: ['esm', 'cjs'],
  // The command is run, not imported.
  dts: { entry: 'src/index.ts' },
  clean: true,
  target: 'node20',
  // `import.meta.url` in the CommonJS build: the scripts of the pages are files beside the code.
  shims: true,
  onSuccess: () => cp('src/pages/assets', 'dist/assets', { recursive: true }),
})
