import type { ErrorRequestHandler } from 'express'
import { type SessionData, Store } from 'express-session'
import type { SessionEntries } from './session-entries.js'

type Done = (error?: unknown) => void

/** The entries behind the interface of `express-session`. */
export class ExpressStore extends Store {
  readonly #entries: SessionEntries

  constructor(entries: SessionEntries) {
    super()
    this.#entries = entries
  }

  override get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    done(null, this.#entries.get(id) as SessionData | undefined)
  }

  override set(id: string, session: SessionData, done: Done = () => {}): void {
    this.#entries.set(id, session).then(() => done(), done)
  }

  override destroy(id: string, done: Done = () => {}): void {
    this.#entries.delete(id)
    done()
  }
}

/** Without the stack that Express would write to the log of the tests. */
export const answerError: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) next(error)
  else res.status(500).send('Something went wrong.')
}
