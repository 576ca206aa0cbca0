import { randomBytes } from 'node:crypto'
import Provider, { type Configuration } from 'oidc-provider'

export interface ProviderSettings {
  readonly issuer: string
  /** The one site that signs people in here. */
  readonly client: { readonly secret: string; readonly baseUrl: string }
}

/**
 * An OpenID provider for the demo, with the library's own development pages: any name and password sign in. What a
 * real provider has to be told about the site is the same: its addresses, and the one for logout tokens.
 */
export function createProvider({ issuer, client }: ProviderSettings): Provider {
  const configuration: Configuration = {
    clients: [
      {
        client_id: 'acme',
        client_secret: client.secret,
        redirect_uris: [`${client.baseUrl}/callback`],
        post_logout_redirect_uris: [client.baseUrl, `${client.baseUrl}/portal-still-open`],
        backchannel_logout_uri: `${client.baseUrl}/backchannel-logout`,
        // Without `sid` the site can't tell one login of a person from the other.
        backchannel_logout_session_required: true,
        id_token_signed_response_alg: 'RS256',
      },
    ],
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    // Consent is for sites of others; this one is the provider's own.
    async loadExistingGrant(ctx) {
      const { client: asking, session } = ctx.oidc
      if (!asking || !session?.accountId) return undefined
      const grant = new ctx.oidc.provider.Grant({ clientId: asking.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid')
      await grant.save()
      return grant
    },
    // Its own refuses loopback addresses, at which a demo is.
    fetch(url, options) {
      const { dispatcher: _restricted, ...others } = { dispatcher: undefined, ...options }
      return globalThis.fetch(url, others)
    },
  }
  return new Provider(issuer, configuration)
}
