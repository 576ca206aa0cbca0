import { parseUrl, toLocalPath } from '../safe-url.js'
import { checkNames, checkPlainObject, checkString, refuseOption } from './checks.js'

/** How our own pages look and what they say. */
export interface PagesOptions {
  /** The host's name, above the text and in the tab: at most 60 characters. */
  readonly title?: string | undefined
  /** The colour of the main button, as `#rrggbb`. @default '#1f5fd0' */
  readonly accent?: string | undefined
  /** A picture beside the name: a path on the host, or an https address. */
  readonly logoUrl?: string | undefined
  /** The language of `texts`, as in HTML's `lang`. @default 'en' */
  readonly lang?: string | undefined
  /** Texts in place of the built-in ones, by the code of the refusal; `asked`, `asked_login` and `after_login` too. */
  readonly texts?: Readonly<Record<string, { readonly title: string; readonly text: string }>> | undefined
  /** What buttons and links say, likewise. */
  readonly labels?: Partial<Labels> | undefined
}

export interface Labels {
  readonly open: string
  readonly signIn: string
  readonly signOut: string
  readonly goOn: string
  readonly back: string
}

/** The same after checking. */
export interface PageLook {
  readonly title: string
  readonly accent: string
  /** The colour of text on it. */
  readonly onAccent: string
  readonly logo: { readonly url: string /** For `img-src`. */; readonly source: string } | undefined
  readonly lang: string
  readonly texts: Readonly<Record<string, { readonly title: string; readonly text: string }>>
  readonly labels: Labels
}

/** Pages that are no refusals: a navigation that another website began, and the way on from the sign-in. */
export const OTHER_PAGES = ['asked', 'asked_login', 'after_login'] as const

const ACCENT = '#1f5fd0'
const LABELS: Labels = {
  open: 'Open the billing portal',
  signIn: 'Sign in',
  signOut: 'Sign out of the billing portal',
  goOn: 'Continue without',
  back: 'Back',
}

export const PLAIN_LOOK: PageLook = {
  title: '',
  accent: ACCENT,
  onAccent: toContrast(ACCENT),
  logo: undefined,
  lang: 'en',
  texts: Object.create(null),
  labels: LABELS,
}

const LANG = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/
const LINE = /^[^\p{Cc}]{1,60}$/u
const PARAGRAPH = /^[^\p{Cc}]{1,400}$/u

/** @param codes for which there are texts */
export function toLook(value: unknown, origin: string, codes: readonly string[]): PageLook {
  const given = checkPlainObject('pages', value)
  checkNames('pages field', given, ['title', 'accent', 'logoUrl', 'lang', 'texts', 'labels'])
  const { title, accent, lang } = given
  const colour =
    accent === undefined
      ? ACCENT
      : checkString('pages.accent', accent, /^#[0-9a-f]{6}$/i, "Pass a colour as '#rrggbb'.")
  return {
    title: title === undefined ? '' : checkString('pages.title', title, LINE, "Pass your site's name."),
    accent: colour,
    onAccent: toContrast(colour),
    logo: given.logoUrl === undefined ? undefined : toLogo(given.logoUrl, origin),
    lang: lang === undefined ? 'en' : checkString('pages.lang', lang, LANG, "Pass a language such as 'de'."),
    texts: given.texts === undefined ? PLAIN_LOOK.texts : toTexts(given.texts, codes),
    labels: given.labels === undefined ? LABELS : toLabels(given.labels),
  }
}

function toLogo(value: unknown, origin: string): PageLook['logo'] {
  const mend = 'Pass a path on the host, or an https address.'
  const text = checkString('pages.logoUrl', value, /./, mend)
  const path = toLocalPath(text, origin)
  if (path !== undefined) return { url: path, source: "'self'" }
  const url = parseUrl(text)
  if (url?.protocol !== 'https:') return refuseOption('pages.logoUrl', 'is neither', mend)
  return { url: url.href, source: url.origin }
}

function toTexts(value: unknown, codes: readonly string[]): PageLook['texts'] {
  const given = checkPlainObject('pages.texts', value)
  checkNames('code in pages.texts', given, codes)
  const texts = Object.create(null)
  for (const [code, entry] of Object.entries(given)) {
    const { title, text } = checkPlainObject(`pages.texts.${code}`, entry)
    texts[code] = {
      title: checkString(`pages.texts.${code}.title`, title, LINE, 'Pass a line of at most 60 characters.'),
      text: checkString(`pages.texts.${code}.text`, text, PARAGRAPH, 'Pass at most 400 characters.'),
    }
  }
  return texts
}

function toLabels(value: unknown): Labels {
  const given = checkPlainObject('pages.labels', value)
  const names = Object.keys(LABELS)
  checkNames('pages label', given, names)
  const labels: Record<string, string> = { ...LABELS }
  for (const name of names) {
    if (given[name] === undefined) continue
    labels[name] = checkString(`pages.labels.${name}`, given[name], LINE, 'Pass at most 60 characters.')
  }
  return labels as unknown as Labels
}

/** Black or white, whichever is easier to read (WCAG 2.2, relative luminance). */
function toContrast(colour: string): '#000' | '#fff' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000' : '#fff'
}
