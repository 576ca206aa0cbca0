import { startRedis, type TestRedis } from './start-redis.ts'

export interface TestCluster {
  readonly nodes: readonly TestRedis[]
  /** Moves the slot of a key to another node, key by key, as an operator's resharding does. */
  moveSlotOf(key: string): Promise<void>
  close(): Promise<void>
}

/** Three primaries that share the slots, without replicas. */
export async function startCluster(): Promise<TestCluster> {
  const nodes = await Promise.all(
    [1, 2, 3].map(() => startRedis('--cluster-enabled', 'yes', '--cluster-node-timeout', '60000')),
  )
  const [first] = nodes
  if (!first) throw new Error('no node')
  const SLOTS = 16_384
  const share = Math.ceil(SLOTS / nodes.length)
  for (const [index, node] of nodes.entries()) {
    await node.command('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1))
    const last = Math.min(SLOTS, (index + 1) * share) - 1
    await node.command('CLUSTER', 'ADDSLOTSRANGE', String(index * share), String(last))
  }
  for (const node of nodes.slice(1)) await first.command('CLUSTER', 'MEET', '127.0.0.1', String(node.port))
  for (const node of nodes) {
    while (!String(await node.command('CLUSTER', 'INFO')).includes('cluster_state:ok')) await pause()
    while (String(await node.command('CLUSTER', 'NODES')).split(/connected/).length <= nodes.length)
      await pause()
  }

  async function moveSlotOf(key: string): Promise<void> {
    const slot = String(await (first as TestRedis).command('CLUSTER', 'KEYSLOT', key))
    const withIds = await Promise.all(
      nodes.map(async (node) => ({ node, id: String(await node.command('CLUSTER', 'MYID')) })),
    )
    const owners = await Promise.all(
      withIds.map(async ({ node }) => Number(await node.command('CLUSTER', 'COUNTKEYSINSLOT', slot)) > 0),
    )
    const from = withIds[owners.indexOf(true)] ?? withIds[0]
    const to = withIds.find((other) => other !== from)
    if (!from || !to) throw new Error('no other node')
    await to.node.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id)
    await from.node.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id)
    for (;;) {
      const keys = (await from.node.command('CLUSTER', 'GETKEYSINSLOT', slot, '1')) as string[]
      if (keys.length === 0) break
      await from.node.command('MIGRATE', '127.0.0.1', String(to.node.port), '', '0', '60000', 'KEYS', ...keys)
      await pause(2)
    }
    for (const { node } of [to, from]) await node.command('CLUSTER', 'SETSLOT', slot, 'NODE', to.id)
  }

  return {
    nodes,
    moveSlotOf,
    async close() {
      for (const node of nodes) await node.close()
    },
  }
}

function pause(ms = 20): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
