import type { EmulatorCall } from '@portal-sso/emulator'
import type { HostProcess } from './host-process.ts'
import { isAlive, type Ledger } from './ledger.ts'
import { hold } from './violation.ts'

/** What must hold at any moment. */
export function check(ledger: Ledger, { askedAgain }: Pick<HostProcess, 'askedAgain'>): void {
  if (ledger.broken.length > 0) throw ledger.broken[0]
  const sessions = ledger.sessions()
  for (const { exchange, id } of ledger.handedOut) {
    const { browser } = exchange
    if (isAlive(sessions, id)) {
      const isRemembered = browser.holds(id) || browser.forfeited.has(id) || ledger.hasLapsed(sessions, id)
      hold('remembered', isRemembered, () => `${id} lives, and ${browser.name} does not remember it`)
    } else {
      hold('others left alone', exchange.mayEnd, () => `${id} of ${browser.name} was ended for no reason`)
    }
  }
  const [again] = ledger.isUndisturbed ? askedAgain : []
  hold('quota', again === undefined, () => `${again} was asked for again, and nothing stood in the way`)
  for (const logout of ledger.exchanges.filter(({ hasSucceeded }) => hasSucceeded)) {
    for (const { session, state } of logout.rivals) {
      const isOut = session !== undefined && state !== 'lost'
      const isOver = !isOut || !isAlive(sessions, session.id) || ledger.hasLapsed(sessions, session.id)
      hold('logged out', isOver, () => {
        return `${session?.id} was under way at a successful ${logout.kind} of ${logout.browser.name}, and lives`
      })
    }
  }
}

/** What must hold when every browser has logged out and every process has ended. */
export function checkNothingLeft(ledger: Ledger, calls: readonly Readonly<EmulatorCall>[]): void {
  const sessions = ledger.sessions()
  const orphans = ledger.orphans()
  // A process that was not killed has ended what it was told that nobody got.
  const lostUnseen = ledger
    .inState('lost')
    .filter(({ isToldLost, process }) => !isToldLost || !process.isClosed)
  const lost = new Set(lostUnseen.map(({ session, wayBack }) => session?.id ?? wayBack?.address.claimedId))
  const forfeited = new Set(ledger.exchanges.flatMap(({ browser }) => [...browser.forfeited]))
  let unknown = 0
  for (const { id, status } of sessions.values()) {
    if (status === 'logged_out') continue
    if (ledger.handedOut.some((one) => one.id === id)) {
      hold('nothing left', forfeited.has(id), () => `${id} was handed out and lives`)
      continue
    }
    if (ledger.signedIn.has(id)) {
      const isKnown =
        status === 'not_yet_activated' || orphans.has(id) || lost.has(id) || ledger.isDoubtful(id)
      hold('nothing left', isKnown, () => `${id} is ${status}, nobody was let in, and nobody was told`)
      continue
    }
    hold('nothing left', status === 'created', () => `${id} is ${status}, and nobody was given it`)
    if (!orphans.has(id) && !lost.has(id)) unknown++
  }
  hold('nothing left', unknown <= ledger.unknown, () => {
    return `${unknown} sessions were never handed out, live, and were not reported`
  })
  const keys = calls.map(({ operation, idempotencyKey }) =>
    operation === 'create' ? idempotencyKey : undefined,
  )
  const clicks = ledger.exchanges.filter(({ isCreating }) => isCreating).length
  const used = new Set(keys.filter((key) => key !== undefined)).size
  hold('own session', used <= clicks, () => `${clicks} clicks, ${used} idempotency keys`)
  hold(
    'own session',
    sessions.size - ledger.signedIn.size <= used + ledger.forgotten,
    () => `${used} idempotency keys, ${sessions.size - ledger.signedIn.size} sessions`,
  )
}
