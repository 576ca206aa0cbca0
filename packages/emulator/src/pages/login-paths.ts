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

const PAGES: ReadonlySet<string> = new Set([LOGIN_PATHS.login, LOGIN_PATHS.loginV2])

export function isLoginPath(path: string): boolean {
  return Object.values<string>(LOGIN_PATHS).includes(path)
}

/** Whether the path shows the login, as opposed to taking a form. */
export function isLoginPage(path: string): boolean {
  return PAGES.has(path)
}
