/**
 * The address of the login is documented; those of the two other forms are ours, and nobody but these pages
 * sends anything there.
 */
export const LOGIN_PATHS = {
  login: '/portal/login',
  signup: '/portal/signup',
  chooseAccount: '/portal/choose_account',
} as const

export function isLoginPath(path: string): boolean {
  return Object.values<string>(LOGIN_PATHS).includes(path)
}
