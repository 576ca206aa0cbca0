import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import selfsigned from 'selfsigned'

/**
 * A certificate for `localhost` that hosts are made to trust through `NODE_EXTRA_CA_CERTS`. P-256: the cheaper kind to
 * check, so that a host that makes more handshakes does not look worse than it is.
 *
 * @param {string} folder
 * @returns {Promise<{ key: string, cert: string }>} paths
 */
export async function createCertificate(folder) {
  const { private: key, cert } = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  })
  const paths = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') }
  await writeFile(paths.key, key, { mode: 0o600 })
  await writeFile(paths.cert, cert)
  return paths
}
