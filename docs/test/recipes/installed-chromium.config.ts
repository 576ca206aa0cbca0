import { fileURLToPath } from 'node:url'
import { defineConfig } from '@playwright/test'
import config from './playwright.config.ts'

const command = fileURLToPath(new URL('../../../packages/emulator/src/command.ts', import.meta.url))
const servers = [config.webServer ?? []].flat()

/** The recipe's configuration, with the Chromium of this machine and the emulator's command from its source. */
export default defineConfig({
  ...config,
  timeout: 300_000,
  expect: { timeout: 120_000 },
  use: {
    ...config.use,
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium',
      // Chromium's sandbox does not start for root.
      chromiumSandbox: false,
    },
  },
  webServer: servers.map((server) => ({
    ...server,
    timeout: 300_000,
    command: server.command.replace('npx portal-sso-emulator', `node --import tsx ${command}`),
  })),
})
