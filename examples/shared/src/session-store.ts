interface Entry {
  readonly data: unknown
  readonly expiresAtMs: number
}

/**
 * Sessions in this process: enough for a demo, and what a real app replaces by a store of its database. Kept on
 * the server, because a session that lives in its cookie cannot be ended: a copy of the cookie would stay valid
 * after sign-out.
 */
export function createSessionStore() {
  const entries = new Map<string, Entry>()
  return {
    async get(key: string): Promise<unknown> {
      const entry = entries.get(key)
      return entry && entry.expiresAtMs > Date.now() ? entry.data : undefined
    },
    async set(key: string, data: unknown, maxAgeMs: number): Promise<void> {
      for (const [oldKey, { expiresAtMs }] of entries) if (expiresAtMs <= Date.now()) entries.delete(oldKey)
      entries.set(key, { data, expiresAtMs: Date.now() + maxAgeMs })
    },
    async destroy(key: string): Promise<void> {
      entries.delete(key)
    },
  }
}
