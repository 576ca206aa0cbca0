import { defineConfig } from '@playwright/test'

const port = process.env.PORT ?? '8080'
const emulatorPort = process.env.EMULATOR_PORT ?? '8480'

export default defineConfig({
  testMatch: '*.e2e.ts',
  use: { baseURL: `http://localhost:${port}` },
  webServer: [
    {
      command: `npx portal-sso-emulator --port ${emulatorPort}`,
      url: `http://127.0.0.1:${emulatorPort}/_emulator/health`,
    },
    {
      command: 'npx tsx server.ts',
      url: `http://localhost:${port}/account`,
      env: {
        PORT: port,
        CHARGEBEE_SITE: 'acme-test',
        CHARGEBEE_API_KEY: 'test_emulator_api_key',
        CHARGEBEE_API_URL: `http://127.0.0.1:${emulatorPort}`,
        CHARGEBEE_PORTAL_URL: `http://127.0.0.1:${emulatorPort}`,
        PORTAL_SSO_BASE_URL: `http://localhost:${port}`,
      },
    },
  ],
})
