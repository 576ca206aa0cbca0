import type { Due, Owner } from '../session-store.js'

type Item = Omit<Due, 'ageMs'>

/** What is to be done later, each at its time. */
export interface DueList {
  /** To be given in `inMs`; what is there already keeps its age. */
  put(item: Item, inMs: number): void
  /** The same, but what is due sooner already stays so. */
  putAtLatest(item: Item, inMs: number): void
  /** @returns the owners that it was there for */
  remove(kind: Due['kind'], id: string): readonly Owner[]
  take(limit: number, leaseMs: number): Due[]
  nextInMs(): number | undefined
}

interface Entry {
  readonly item: Item
  readonly since: number
  readonly at: number
}

/** @param max where so much waits already, more is not taken in */
export function createDueList({ now, max }: { now: () => number; max: number }): DueList {
  const entries = new Map<string, Entry>()
  const keyOf = ({ kind, id }: Pick<Due, 'kind' | 'id'>) => `${kind} ${id}`

  function set(item: Item, toTime: (before: Entry | undefined) => number): void {
    const key = keyOf(item)
    const before = entries.get(key)
    if (!before && entries.size >= max) return
    entries.set(key, { item, since: before?.since ?? now(), at: toTime(before) })
  }

  return {
    put: (item, inMs) => set(item, () => now() + inMs),
    putAtLatest: (item, inMs) =>
      set(item, (before) => Math.min(before?.at ?? Number.POSITIVE_INFINITY, now() + inMs)),
    remove(kind, id) {
      const key = keyOf({ kind, id })
      const { owners = [] } = entries.get(key)?.item ?? {}
      entries.delete(key)
      return owners
    },
    take(limit, leaseMs) {
      const taken = [...entries.values()]
        .filter(({ at }) => at <= now())
        .sort((a, b) => a.at - b.at)
        .slice(0, limit)
      for (const { item, since } of taken) entries.set(keyOf(item), { item, since, at: now() + leaseMs })
      return taken.map(({ item, since }) => ({ ...item, ageMs: now() - since }))
    },
    nextInMs() {
      let next = Number.POSITIVE_INFINITY
      for (const { at } of entries.values()) next = Math.min(next, at)
      return next === Number.POSITIVE_INFINITY ? undefined : Math.max(0, next - now())
    },
  }
}
