/**
 * The addresses of the login are documented, the newer ones of `v2` seen in public code; those of the two other
 * forms are ours, and only these pages send anything there.
 */
export const LOGIN_PATHS = {
  login: '/portal/login',
  loginV2: '/portal/v2/login',
  authenticateV2: '/portal/v2/authenticate',
  signup: '/portal/signup',
  chooseAccount: '/portal/choose_account',
} as const

const PAGES: ReadonlySet<string> = new Set([
  LOGIN_PATHS.login,
  LOGIN_PATHS.loginV2,
  LOGIN_PATHS.chooseAccount,
])

/** A login under way: where it leads, and the e-mail address known so far. */
export interface LoginVisit {
  /** Of the host; without one the login leads into the portal. */
  readonly returnUrl?: string
  readonly cancelUrl?: string
  readonly email: string
  /** It was begun at the newer address. */
  readonly v2: boolean
}

export function isLoginPath(path: string): boolean {
  return Object.values<string>(LOGIN_PATHS).includes(path)
}

/** Whether the path shows a page, as opposed to only taking a form. */
export function isLoginPage(path: string): boolean {
  return PAGES.has(path)
}

/** The login page's own address, also from a page that answered a POST. */
export function loginHref(visit: LoginVisit): string {
  return `${visit.v2 ? LOGIN_PATHS.loginV2 : LOGIN_PATHS.login}?${paramsOf(visit)}`
}

/** With what the login needs to begin again, when the ticket is no longer good. */
export function chooserHref(visit: LoginVisit, ticket: string): string {
  const params = paramsOf(visit)
  params.set('ticket', ticket)
  return `${LOGIN_PATHS.chooseAccount}?${params}`
}

function paramsOf({ returnUrl, cancelUrl, email }: LoginVisit): URLSearchParams {
  return new URLSearchParams({
    ...(returnUrl !== undefined && { return_url: returnUrl }),
    ...(cancelUrl !== undefined && { cancel_url: cancelUrl }),
    ...(email !== '' && { email }),
  })
}
