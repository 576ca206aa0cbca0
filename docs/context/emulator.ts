import { startEmulator as start } from '@portal-sso/emulator'

export const startEmulator = start
