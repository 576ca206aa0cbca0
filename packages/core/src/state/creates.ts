import type { Create, Owner } from '../session-store.js'

/**
 * The creates that are under way, and what was closed meanwhile. A create loses to a close in one of two ways:
 *
 *     arrive ── begin ── close ── remember     the close finds the create and supersedes it
 *     arrive ── close ── begin                 the create finds the close's mark when it begins
 *     close ── arrive ── begin                 the mark is older than the arrival: nothing to lose to
 *     begin ── remember ── close               the close finds the session
 */
export interface Creates {
  /** `false`: it has lost to a close that came after its arrival. May be repeated with more owners. */
  enter(create: Create): boolean
  get(id: string): { readonly isSuperseded: boolean } | undefined
  /** The customers of other creates that share an owner of its own. */
  others(create: Create): (Owner | undefined)[]
  /** Supersedes what is under way, and what has arrived and not begun. @returns how many of these are not over yet */
  supersede(owners: readonly Owner[], spared: Owner | undefined, at: number): number
  /** Supersedes one. `false`: it is not under way. */
  claim(id: string): boolean
  remove(id: string): void
}

interface Standing {
  readonly id: string
  owners: readonly Owner[]
  own: readonly Owner[]
  customer: Owner | undefined
  isSuperseded: boolean
}

/** The creates of one owner. Each moves once at the most, so a close costs no more than what it supersedes. */
interface Place {
  readonly open: Set<Standing>
  readonly superseded: Set<Standing>
}

/** When an owner was closed last: as a whole, or for all customers but one. */
type Marks = Map<Owner | undefined, number>

const MAX_MARKED_OWNERS = 10_000

export function createCreates(): Creates {
  const standing = new Map<string, Standing>()
  const places = new Map<Owner, Place>()
  const marks = new Map<Owner, Marks>()
  // Marks are forgotten oldest first. An arrival that is older than a forgotten one counts as closed: there might
  // have been a mark for it.
  let forgottenUpTo = 0

  function mark(owner: Owner, spared: Owner | undefined, at: number): void {
    const marksOfOwner: Marks = marks.get(owner) ?? new Map()
    marks.delete(owner)
    marks.set(owner, marksOfOwner.set(spared, at))
    // A mark for all but one says nothing that a later one for all does not.
    if (spared === undefined)
      for (const other of marksOfOwner.keys()) if (other !== undefined) marksOfOwner.delete(other)
    const [oldest] = marks
    if (marks.size <= MAX_MARKED_OWNERS || !oldest) return
    marks.delete(oldest[0])
    forgottenUpTo = Math.max(forgottenUpTo, ...oldest[1].values())
  }

  function isClosedSince(arrived: number, owners: readonly Owner[], customer: Owner | undefined): boolean {
    if (arrived < forgottenUpTo) return true
    return owners.some((owner) =>
      [...(marks.get(owner) ?? [])].some(
        ([spared, at]) => at > arrived && (spared === undefined || isAnother(customer, spared)),
      ),
    )
  }

  function placeOf(owner: Owner): Place {
    const place = places.get(owner) ?? { open: new Set(), superseded: new Set() }
    places.set(owner, place)
    return place
  }

  function supersede(create: Standing): void {
    create.isSuperseded = true
    for (const owner of create.owners) {
      placeOf(owner).open.delete(create)
      placeOf(owner).superseded.add(create)
    }
  }

  return {
    enter({ id, arrived, own, customer }) {
      const owners = customer === undefined ? own : [...own, customer]
      const before = standing.get(id)
      if (before?.isSuperseded) return false
      if (isClosedSince(arrived as number, owners, customer)) {
        if (before) supersede(before)
        return false
      }
      const create = before ?? { id, owners, own, customer, isSuperseded: false }
      create.owners = [...new Set([...create.owners, ...owners])]
      create.own = [...new Set([...create.own, ...own])]
      create.customer = customer
      standing.set(id, create)
      for (const owner of create.owners) placeOf(owner).open.add(create)
      return true
    },

    get: (id) => standing.get(id),

    others({ id, own }) {
      const found = new Set<Standing>()
      for (const owner of own) {
        const place = places.get(owner)
        for (const create of [...(place?.open ?? []), ...(place?.superseded ?? [])]) found.add(create)
      }
      return [...found].filter((create) => create.id !== id).map(({ customer }) => customer)
    },

    supersede(owners, spared, at) {
      for (const owner of owners) {
        mark(owner, spared, at)
        for (const create of places.get(owner)?.open ?? []) {
          if (spared === undefined || isAnother(create.customer, spared)) supersede(create)
        }
      }
      const counted = owners.map((owner) => places.get(owner)?.superseded ?? NONE)
      return countUnion(counted, spared)
    },

    claim(id) {
      const create = standing.get(id)
      if (create && !create.isSuperseded) supersede(create)
      return create !== undefined
    },

    remove(id) {
      const create = standing.get(id)
      standing.delete(id)
      for (const owner of create?.owners ?? []) {
        const place = placeOf(owner)
        place.open.delete(create as Standing)
        place.superseded.delete(create as Standing)
        if (place.open.size + place.superseded.size === 0) places.delete(owner)
      }
    },
  }
}

const NONE: ReadonlySet<Standing> = new Set()

/** A sign-in whose customer is not known yet is spared. It begins again when the customer is known. */
function isAnother(customer: Owner | undefined, spared: Owner): boolean {
  return customer !== undefined && customer !== spared
}

/** Looks through the smaller sets only: a customer may have thousands of creates, a browser has few. */
function countUnion(sets: readonly ReadonlySet<Standing>[], spared: Owner | undefined): number {
  const [largest = NONE, ...others] = [...sets].sort((a, b) => b.size - a.size)
  const more = new Set(others.flatMap((set) => [...set]).filter((create) => !largest.has(create)))
  if (spared === undefined) return largest.size + more.size
  return [...largest, ...more].filter(({ customer }) => isAnother(customer, spared)).length
}
