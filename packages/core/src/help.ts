// The build puts the address in, which is written in one place for the whole workspace; where it is not named yet, and
// where the source itself runs, there is none.
declare const TROUBLESHOOTING: string | undefined

const PAGE = typeof TROUBLESHOOTING === 'string' ? TROUBLESHOOTING : ''

/**
 * Where to read about it: the page for troubleshooting at this anchor, which is the code of a refusal or the type of an
 * event. A URI reference; without the page's address the anchor alone, as in `#not_signed_in`.
 */
export function toHelp(anchor: string): string {
  return `${PAGE}#${anchor}`
}
