import type { Operation } from '../events.js'
import type { ChargebeeFailure } from './failure.js'

/** What the people who run the host can look at. */
export interface Hint {
  readonly setting: string
  readonly message: string
}

/** Which setting most likely explains a failure; `undefined`: none. */
export function toHint(failure: ChargebeeFailure, operation: Operation): Hint | undefined {
  const { kind } = failure
  if (kind === 'network') return toNetworkHint(failure.networkCode)
  return kind === 'refused' ? toRefusalHint(failure, operation) : undefined
}

const UNTRUSTED = /^CERT_|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|^ERR_TLS_CERT/

function toNetworkHint(networkCode = ''): Hint | undefined {
  if (networkCode === 'ENOTFOUND') {
    return {
      setting: 'site and apiUrl',
      message: 'there is no host of this name, or no name server that knows it',
    }
  }
  if (!UNTRUSTED.test(networkCode)) return undefined
  return {
    setting: 'apiUrl',
    message: `its certificate is not trusted (${networkCode}); behind a proxy with an authority of its own, set NODE_EXTRA_CA_CERTS`,
  }
}

function toRefusalHint(
  { status, apiErrorCode, errorCode }: ChargebeeFailure,
  operation: Operation,
): Hint | undefined {
  if (apiErrorCode === 'site_not_found') {
    return { setting: 'site', message: 'Chargebee knows no site of this name; test sites end in -test' }
  }
  if (status === 404) {
    return { setting: 'site and apiUrl', message: 'what answers there is not the API of a Chargebee site' }
  }
  // A stranger can make up an id and a token. The refusal of these says nothing about a setting.
  if (operation === 'activate') return undefined
  if (status === 401) {
    return {
      setting: 'apiKey',
      message: 'Chargebee does not accept the API key; a test key is good for the test site only',
    }
  }
  if (status === 403) {
    return {
      setting: 'apiKey',
      message: 'the API key may not do this; it takes a full-access key, not a read-only or publishable one',
    }
  }
  if (errorCode === 'UNSUPPORTED_PORT') {
    return {
      setting: 'baseUrl',
      message: 'Chargebee sends customers back to ports 443, 80, 8443 and 8080 only',
    }
  }
  return {
    setting: 'the Chargebee site settings',
    message:
      'Chargebee refused the request; most often "Customers can access the self-serve portal via Single Sign-On API" ' +
      'is off or not published (Settings > Configure Chargebee > Checkout and Self-Serve Portal)',
  }
}
