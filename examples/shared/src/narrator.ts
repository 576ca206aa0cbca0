/** An event of `portalSso()`, whichever package it comes from. */
export type DemoEvent = { readonly type: string; readonly at: string } & Readonly<Record<string, unknown>>

const reasons: Readonly<Record<string, string>> = {
  logout: 'ended by sign-out',
  portal: 'ended in the portal',
  overflow: 'ended, to make room for a newer one',
  switch: 'ended, because somebody else uses this browser now',
  revoked: 'ended everywhere',
  doubt: 'ended, because it may not have reached the browser',
}

/** Tells in one line each what people do, so that the terminal is alive while somebody clicks. */
export class Narrator {
  readonly #names: ReadonlyMap<string, string>
  readonly #print: (line: string) => void
  readonly #customers = new Map<string, string>()

  /** @param names of people, by their customer id */
  constructor(names: ReadonlyMap<string, string>, print: (line: string) => void) {
    this.#names = names
    this.#print = print
  }

  tell(event: DemoEvent): void {
    const text = this.#describe(event)
    if (text === undefined) return
    const time = new Date(event.at).toLocaleTimeString('en-GB')
    this.#print(`  ${time}  ${text}`)
  }

  #describe(event: DemoEvent): string | undefined {
    const session = String(event.sessionId ?? '')
    if (event.customerId && session) this.#customers.set(session, String(event.customerId))
    const customer = this.#customers.get(session) ?? ''
    const who = this.#names.get(customer) ?? customer
    switch (event.type) {
      case 'session.created':
        return `${who} opened the customer portal`
      case 'session.ended':
        this.#customers.delete(session)
        return `${who ? `${who}'s portal session` : 'a portal session'}: ${reasons[String(event.by)] ?? 'ended'}`
      case 'session.pending':
        return `${who ? `${who}'s portal session` : 'a portal session'}: could not be ended yet, is tried again`
      case 'login.completed':
        return `${who} signed in at Chargebee`
      case 'request.asked':
        return 'a link of another website asked for the portal: the visitor is asked first'
      case 'request.refused':
        return `refused: ${event.code}`
      case 'upstream.failed':
        return `Chargebee: ${event.operation} failed (${event.reason})`
      case 'store.failed':
        return `Redis: ${event.operation} failed (${event.reason})`
      default:
        // What needs a person is told by the middleware itself.
        return undefined
    }
  }
}
