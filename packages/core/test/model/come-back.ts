import type { Browser } from './browser.ts'
import type { Exchange } from './exchange.ts'
import {
  type Address,
  cancelled,
  claimOf,
  LOGIN_COOKIE,
  type LoginPage,
  malformed,
  type SignedIn,
  signInAtChargebee,
  withParts,
} from './reverse-flow.ts'
import type { StartOptions, World } from './world.ts'

/** How a browser gets to the callback route: as Chargebee's page sends it there, or as somebody wants it to. */
export type Way =
  | 'signed in'
  | 'cancelled'
  /** The address of an earlier way back, of whichever browser. */
  | 'replayed'
  /** A state that nobody has. */
  | 'forged'
  /** The cookie of a sign-in that it has begun, put under the name of another. */
  | 'renamed cookie'
  /** The state of another browser, and a sign-in that is good. */
  | 'foreign state'
  /** This browser's own state, and what somebody else was sent back with. */
  | 'foreign claim'
  /** The id of a session that was not signed in to here, with a token that is another's. */
  | 'swapped id'
  | 'wrong token'
  | 'malformed'

export type Lie = Readonly<{ status: string; customer_id?: string }>

export interface ComeBack {
  readonly do: 'come back'
  readonly browser: number
  readonly customer: string
  readonly way: Way
  readonly pick: number
  readonly options: StartOptions
  /** What Chargebee's answer says of the session instead of activating it. */
  readonly lie?: Lie | undefined
  readonly wait: boolean
}

/** A browser comes back from Chargebee's login; it begins one first where none is open. */
export async function comeBack(world: World, command: ComeBack): Promise<Exchange | undefined> {
  if (!world.settings.hasLogin) return undefined
  const browser = world.browsers[command.browser] as Browser
  const page = await openPage(world, browser, command)
  const address = page && (await toAddress(world, browser, page, command))
  if (!address) return undefined
  world.addresses.push(address)
  if (command.lie && address.claimedId !== undefined) {
    const portal_session = { ...command.lie, id: address.claimedId }
    world.fail({ operation: 'activate', status: 200, body: { portal_session } })
  }
  return world.start('callback', browser, { ...command.options, address })
}

async function openPage(
  world: World,
  browser: Browser,
  { options, pick }: ComeBack,
): Promise<LoginPage | undefined> {
  // Now and then one that was come back from already.
  const isAny = pick === 7
  const pages = browser.pages.filter(({ state }) => isAny || browser.begun(state, options.isKept))
  if (pages.length === 0) {
    const exchange = world.start('begin', browser, { fate: 'now', returnTo: pick % 3 })
    await world.finish([exchange])
    return browser.pages.at(-1)
  }
  return pages[Math.max(0, pages.length - 1 - (pick % 2))]
}

async function toAddress(
  world: World,
  browser: Browser,
  page: LoginPage,
  { way, customer, pick }: ComeBack,
): Promise<Address | undefined> {
  const { state } = page
  const signIn = async (): Promise<SignedIn> => {
    const found = await signInAtChargebee(world.emulator.portalUrl, page, customer)
    const signedIn = { ...found, atMs: world.now }
    world.ledger.signedIn.set(signedIn.id, signedIn)
    return signedIn
  }
  const others = [...world.ledger.signedIn.values()]
  const other = others[pick % others.length]
  switch (way) {
    case 'signed in':
      return claimOf(state, await signIn())
    case 'cancelled':
      return cancelled(state)
    case 'replayed':
      return world.addresses[pick % world.addresses.length]
    case 'forged':
      return claimOf(`forged${pick}`.padEnd(22, '0'), await signIn())
    case 'renamed cookie': {
      // The site's own tag stays in front.
      const forged = `${state.slice(0, 4)}forged${pick}`.padEnd(22, '0')
      browser.rename(LOGIN_COOKIE + state, LOGIN_COOKIE + forged)
      return claimOf(forged, await signIn())
    }
    case 'foreign state': {
      const theirs = world.browsers.filter((one) => one !== browser).flatMap(({ pages }) => pages)
      const foreign = theirs[pick % theirs.length]
      return foreign && claimOf(foreign.state, await signIn())
    }
    case 'foreign claim':
      return other && claimOf(state, other)
    case 'swapped id': {
      const ids = [...world.ledger.sessions().keys()]
      const id = ids[ids.length - 1 - (pick % ids.length)]
      const { token } = await signIn()
      return id === undefined ? undefined : withParts(state, id, token)
    }
    case 'wrong token':
      return withParts(state, (await signIn()).id, other?.token ?? 'x')
    case 'malformed':
      return malformed(state, await signIn(), pick)
  }
}
