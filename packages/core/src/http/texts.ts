import type { PortalSsoErrorCode } from '../errors.js'
import type { RouteName } from '../options/options.js'
import type { OTHER_PAGES } from '../options/pages.js'

/** What a page says to a customer, in plain words: for many, English is a second language. */
export interface PageText {
  readonly title: string
  readonly text: string
}

export type PageCode = PortalSsoErrorCode | (typeof OTHER_PAGES)[number]

const AGAIN = 'Please try again in a few minutes.'

const TEXTS: Readonly<Record<PageCode, PageText>> = {
  asked: {
    title: 'Continue to the billing portal?',
    text: 'You come from another website or from an e-mail. Nothing has been opened yet.',
  },
  asked_login: {
    title: 'Continue to sign in?',
    text: 'You come from another website or from an e-mail. Nothing has happened yet.',
  },
  after_login: { title: 'You are signed in', text: 'The billing portal opens in a moment.' },
  not_signed_in: {
    title: 'Please sign in first',
    text: 'You can open the billing portal when you are signed in.',
  },
  not_a_navigation: {
    title: 'One more click',
    text: 'The billing portal opens in a tab of its own. Please use the link below.',
  },
  not_same_origin: {
    title: 'That did not work',
    text: 'Please go back to our site and try again from there.',
  },
  no_customer: { title: 'No billing account yet', text: 'There is nothing to pay or to change for you yet.' },
  customer_unknown: {
    title: 'No billing account yet',
    text: 'There is nothing to pay or to change for you yet.',
  },
  unknown_destination: {
    title: 'This page does not exist',
    text: 'The link that you used leads to no page of the billing portal.',
  },
  login_not_begun: {
    title: 'Please sign in again',
    text: 'You began to sign in too long ago, or in another browser.',
  },
  login_malformed: { title: 'Please sign in again', text: 'Something was missing when you came back.' },
  login_refused: {
    title: 'Please sign in again',
    text: 'Your sign-in could not be confirmed, or it took too long.',
  },
  method_not_allowed: {
    title: 'One more click',
    text: 'The billing portal opens with a link. Please use the one below.',
  },
  speculative: { title: 'One more click', text: 'This page opens when you click its link.' },
  too_many_requests: {
    title: 'Please wait a minute',
    text: 'You have opened the billing portal many times. Please wait a minute, then try again.',
  },
  too_many_sessions: {
    title: 'Please try again later',
    text: `Your earlier visits to the billing portal are still being closed. ${AGAIN}`,
  },
  switch_incomplete: {
    title: 'Please try again',
    text: `Another person has used the billing portal in this browser and is still being signed out. ${AGAIN}`,
  },
  superseded: { title: 'You have signed out', text: 'The billing portal was not opened.' },
  logout_incomplete: {
    title: 'You are still signed in to the billing portal',
    text: 'The billing portal did not answer. Please try again in a moment, above all on a shared computer.',
  },
  chargebee_refused: {
    title: 'The billing portal did not open',
    text: 'Nothing was changed. Please try again later.',
  },
  chargebee_invalid: {
    title: 'The billing portal did not open',
    text: 'Nothing was changed. Please try again later.',
  },
  chargebee_unavailable: { title: 'The billing portal does not answer', text: AGAIN },
  store_unavailable: { title: 'The billing portal did not open', text: AGAIN },
  timeout: { title: 'This takes too long', text: 'Nothing was changed. Please try again.' },
  closing: { title: 'Please try again', text: 'Our site is restarting. It will be back in a moment.' },
}

const LOGIN: Partial<Record<PageCode, PageText>> = {
  not_a_navigation: {
    title: 'One more click',
    text: 'You can sign in in a tab of its own. Please use the link below.',
  },
  method_not_allowed: { title: 'One more click', text: 'Please use the link below to sign in.' },
  chargebee_refused: { title: 'You are not signed in', text: 'That did not work. Please try again later.' },
  chargebee_invalid: { title: 'You are not signed in', text: 'That did not work. Please try again later.' },
  chargebee_unavailable: { title: 'You can not sign in now', text: AGAIN },
  superseded: { title: 'You have signed out', text: 'Sign in again when you like.' },
}

const TEXTS_OF_ROUTE: Partial<Record<RouteName, Partial<Record<PageCode, PageText>>>> = {
  login: LOGIN,
  callback: LOGIN,
  logout: {
    method_not_allowed: {
      title: 'Sign out of the billing portal?',
      text: 'Please confirm with the button below.',
    },
  },
}

/** The host's own text for this code, if it has one. */
export function toText(
  code: PageCode,
  route: RouteName,
  own: Partial<Record<PageCode, PageText>> | undefined,
): PageText {
  return own?.[code] ?? TEXTS_OF_ROUTE[route]?.[code] ?? TEXTS[code]
}
