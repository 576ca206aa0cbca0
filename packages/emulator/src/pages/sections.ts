/**
 * The sections of the portal by the names of `Chargebee.getPortalSections()` (source: Chargebee.js documentation,
 * and npm's @chargebee/chargebee-js-types), with the emulator's address for each. Only that of EDIT_SUBSCRIPTION
 * is Chargebee's own (its documented permalink).
 */
export const SECTIONS = {
  SUBSCRIPTION_DETAILS: ['sub_details', '/portal/v2/subscriptions/:id'],
  SUBSCRIPTION_CANCELLATION: ['sub_cancel', '/portal/v2/subscriptions/:id/cancel'],
  EDIT_SUBSCRIPTION: ['edit_subscription', '/portal/permalink/subscriptions/:id/edit'],
  VIEW_SCHEDULED_CHANGES: ['scheduled_changes', '/portal/v2/subscriptions/:id/scheduled_changes'],
  ACCOUNT_DETAILS: ['account_details', '/portal/v2/account_details'],
  EDIT_ACCOUNT_DETAILS: ['portal_edit_account', '/portal/v2/account_details/edit'],
  ADDRESS: ['portal_address', '/portal/v2/addresses'],
  EDIT_BILLING_ADDRESS: ['portal_edit_billing_address', '/portal/v2/addresses/billing'],
  EDIT_SHIPPING_ADDRESS: ['portal_edit_shipping_address', '/portal/v2/addresses/shipping'],
  EDIT_SUBSCRIPTION_CUSTOM_FIELDS: [
    'portal_edit_subscription_cf',
    '/portal/v2/subscriptions/:id/custom_fields',
  ],
  PAYMENT_SOURCES: ['portal_payment_methods', '/portal/v2/payment_methods'],
  ADD_PAYMENT_SOURCE: ['portal_add_payment_method', '/portal/v2/payment_methods/add'],
  EDIT_PAYMENT_SOURCE: ['portal_edit_payment_method', '/portal/v2/payment_methods/edit'],
  VIEW_PAYMENT_SOURCE: ['portal_view_payment_method', '/portal/v2/payment_methods/view'],
  CHOOSE_PAYMENT_METHOD_FOR_SUBSCRIPTION: [
    'portal_choose_payment_method',
    '/portal/v2/subscriptions/:id/payment_method',
  ],
  BILLING_HISTORY: ['portal_billing_history', '/portal/v2/billing_history'],
} as const satisfies Record<string, readonly [type: string, path: string]>

export type SectionType = (typeof SECTIONS)[keyof typeof SECTIONS][0] | 'home'

const PATHS: ReadonlyMap<string, string> = new Map([
  ...Object.values(SECTIONS),
  ['home', '/portal/v2/home'] as const,
])

/** Where a section is. One of a subscription without an id is the list of them. */
export function sectionPath(section: SectionType, subscriptionId = ''): string {
  const path = PATHS.get(section) ?? sectionPath('home')
  if (!path.includes(':id')) return path
  return subscriptionId === '' ? sectionPath('home') : path.replace(':id', encodeURIComponent(subscriptionId))
}

export function isSection(name: string): name is SectionType {
  return PATHS.has(name)
}

/** Which section an address is, and of which subscription. The id is still percent-encoded. */
export function sectionOf(path: string): { section: SectionType; encodedId: string } | undefined {
  for (const [section, pattern] of PATHS) {
    const [before = '', after] = pattern.split(':id')
    if (after === undefined) {
      if (path === pattern) return { section: section as SectionType, encodedId: '' }
      continue
    }
    if (!path.startsWith(before) || !path.endsWith(after)) continue
    const encodedId = path.slice(before.length, path.length - after.length)
    if (encodedId !== '' && !encodedId.includes('/')) return { section: section as SectionType, encodedId }
  }
  return undefined
}
