import type { Request } from 'express'

/** What the host's cookie holds. */
export interface Login {
  readonly userId: string
  /** New for each login, so that one browser's sign-out leaves the other browsers of the same customer alone. */
  readonly loginId: string
}

// The examples are compiled together, and `express-session` declares `req.session` otherwise than `cookie-session`.
const cookieOf = (req: Request) => req as unknown as { session: Login | null }

export function loginOf(req: Request): Partial<Login> {
  return cookieOf(req).session ?? {}
}

/** @param login `null` signs out */
export function setLogin(req: Request, login: Login | null): void {
  cookieOf(req).session = login
}
