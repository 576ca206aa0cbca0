interface HelmetOptions {
  readonly contentSecurityPolicy?: { readonly directives: { readonly upgradeInsecureRequests: null } }
}

/**
 * What `helmet()` is given: nothing, on a site with https. Over http its `upgrade-insecure-requests` is left out:
 * Safari applies it to `http://localhost` as well, where nothing answers https, so that neither the style sheet nor a
 * form would arrive (helmet#429). Chromium and Firefox make an exception for loopback addresses.
 */
export function helmetOptions(baseUrl = process.env.PORTAL_SSO_BASE_URL): HelmetOptions {
  return baseUrl?.startsWith('http:')
    ? { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }
    : {}
}
