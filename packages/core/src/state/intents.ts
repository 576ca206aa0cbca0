import { createSealer } from '../cookies/sealing.js'

/** What is asked of Chargebee: enough for another process to ask the same again, should this one vanish. */
export type Intent =
  | {
      readonly kind: 'create'
      readonly customerId: string
      readonly redirectUrl: string | undefined
      readonly forwardUrl: string | undefined
    }
  | { readonly kind: 'activate'; readonly sessionId: string; readonly token: string }

/** Intents as a store keeps them: sealed, since they name a customer or hold a token. */
export interface Intents {
  /** @param createId sealed in: the intent opens for this create alone */
  seal(createId: string, intent: Intent): string
  /** `undefined`: none of the secrets of this process has sealed it for this create. */
  open(createId: string, sealed: string): Intent | undefined
}

// Two addresses of the host's own, and what names a customer or a session.
const MAX_LENGTH = 16 * 1024

export function createIntents(secrets: readonly string[]): Intents {
  const sealer = createSealer(secrets, 'intent', MAX_LENGTH)
  return {
    seal: (createId, intent) => sealer.seal({ for: createId, intent }),
    open(createId, sealed) {
      const value = sealer.open(sealed)?.value as { for?: unknown; intent?: Intent } | undefined
      return value?.for === createId ? value.intent : undefined
    },
  }
}
