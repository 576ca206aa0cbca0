// An OpenID provider to try this with; yours is Auth0, Okta, Entra ID, Keycloak and the like.
import Provider from 'oidc-provider'

const { PORTAL_SSO_BASE_URL: home, PROVIDER_PORT = '9080' } = process.env
const provider = new Provider(`http://localhost:${PROVIDER_PORT}`, {
  clients: [
    {
      client_id: 'acme',
      client_secret: 'acme-secret',
      redirect_uris: [`${home}/callback`],
      post_logout_redirect_uris: [`${home}/`, `${home}/portal-still-open`],
    },
  ],
})
const server = provider.listen(PROVIDER_PORT)
process.once('SIGTERM', () => server.close())
