// Which transport the SDK is best given: what packages/core/src/chargebee/http-client.ts is built on rests on this.
import { median } from '../lib/numbers.mjs'
import { toMicroseconds, toMs } from '../lib/report.mjs'
import { createScene } from '../lib/scene.mjs'
import { measureImport } from './imports.mjs'

const ROUNDS = 21
const CALLS = 500
const WARM_UP = 3_000
const CONCURRENCY = 8
const IMPORT_ROUNDS = 9

/** @param {import('../lib/scene.mjs').Surroundings} surroundings */
export async function measureTransports(surroundings) {
  surroundings.say('the SDK over node:https, undici and its own client: about 40 s')
  const scene = await createScene(surroundings, { roundTripMs: 0 })
  const kinds = ['node-https', 'undici', 'sdk-default']
  const parties = await Promise.all(kinds.map((kind) => scene.startTransport(kind)))
  for (const party of parties) await party.ask('creates', { calls: WARM_UP, concurrency: CONCURRENCY })
  const times = kinds.map(() => /** @type {number[]} */ ([]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, party] of parties.entries()) {
      times[index].push(await party.ask('creates', { calls: CALLS, concurrency: CONCURRENCY }))
    }
  }
  await Promise.all(parties.map((party) => party.stop()))
  await scene.stop()

  const importMs = { https: /** @type {number[]} */ ([]), undici: /** @type {number[]} */ ([]) }
  for (let round = 0; round < IMPORT_ROUNDS; round++) {
    importMs.https.push(await measureImport('esm', 'node:https'))
    importMs.undici.push(await measureImport('esm', 'undici'))
  }
  const [nodeHttps, undici, sdkDefault] = times.map(median)
  return [
    {
      what: 'Transport: processor time per create, SDK alone',
      ours: `${toMicroseconds(nodeHttps)} (\`node:https\`), ${toMicroseconds(undici)} (\`undici\`)`,
      rival: toMicroseconds(sdkDefault),
      ratio: `${(nodeHttps / sdkDefault).toFixed(2)}, ${(undici / sdkDefault).toFixed(2)}`,
    },
    {
      what: 'Transport: import',
      ours: `${toMs(median(importMs.https))} (\`node:https\`), ${toMs(median(importMs.undici))} (\`undici\`)`,
    },
  ]
}
