import tls, { type TlsOptions } from 'node:tls'
import { generate } from 'selfsigned'

const DAY_MS = 24 * 60 * 60 * 1000

/** A certificate that is its own authority. */
export async function createCertificate(
  name: { readonly ip: string } | { readonly host: string },
  { isExpired = false }: { isExpired?: boolean } = {},
): Promise<TlsOptions & { readonly cert: string }> {
  const now = Date.now()
  const altName = 'ip' in name ? { type: 7 as const, ip: name.ip } : { type: 2 as const, value: name.host }
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'portal-sso test' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    notBeforeDate: new Date(now - 2 * DAY_MS),
    notAfterDate: new Date(now + (isExpired ? -1 : 1) * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [altName] },
    ],
  })
  return { cert, key }
}

/**
 * Has this process trust these authorities, as NODE_EXTRA_CA_CERTS does, which is read only when a process starts.
 * What a connection is checked for stays the same.
 */
export function trust(certificates: readonly string[]): void {
  const original = tls.createSecureContext
  tls.createSecureContext = (options) => original({ ca: [...certificates], ...options })
}
