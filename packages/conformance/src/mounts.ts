/**
 * The checks that the way in which a host mounts us can break: which requests are ours, the addresses that we write,
 * the cookies on the way out, bodies that were read already, errors on their way to the host. Every mount runs these
 * in `verify`, and all the others in `verify --exhaustive`.
 */
export const MOUNT_CHECKS: readonly string[] = [
  // Which requests are ours.
  'routes-exact',
  'routes-head-of-host',
  'routes-mount',
  'routes-moved',
  'routes-off',
  'routes-slash',
  'routes-slash-address',
  'routes-slashes',
  'routes-absolute',
  'login-state-slash',
  'login-route-off',
  // Methods that a framework answers by itself.
  'guard-head',
  'guard-methods',
  'login-guard-head',
  'login-guard-methods',
  // Addresses.
  'link-303',
  'link-redirect-url',
  'link-redirect-url-off',
  'sign-in-hop',
  'sign-in-login-url',
  'sign-in-whole-way',
  'return-303',
  'return-signed-out',
  'logout-browser',
  'logout-pending-page',
  'login-flow',
  'login-flow-moved',
  'login-start-redirect',
  // Cookies.
  'link-cookie-http',
  'link-host-cookie',
  'session-host-cookie',
  'logout-cookies',
  'login-start-cookie',
  'login-sets-cookies',
  // Bodies.
  'identity-body',
  'session-bare',
  'logout-script',
  // What the host's own callbacks throw, or answer by themselves.
  'identity-throws',
  'identity-answers',
  'login-throws',
  'return-answering-listener',
  'refusal-on-error-host',
  // Functions that are called outside of our routes.
  'function-create',
  'function-logout',
  // A browser that goes away.
  'undelivered-create',
]
