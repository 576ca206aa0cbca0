import type { Commands } from './redis-client.js'
import { createRedisClock } from './redis-clock.js'
import { hello, type Script } from './scripts.js'

/** What a script gives after the server's time: texts and lists of texts. */
export type Reply = readonly (string | readonly string[])[]

/** Why there is no reply that counts. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError'
  constructor(
    /** One word for it: an error code of Redis or of the system, or one of ours. */
    readonly code: string,
    /** For how long the server has not answered anything, in milliseconds. */
    readonly silentMs?: number,
    /** The key that holds what is not ours. */
    readonly key?: string,
  ) {
    super(code)
  }
}

export interface Channel {
  /**
   * Runs a script within a time of our own: no option of any client bounds a command that is written already.
   * @param withinMs after that the caller is told, and the script does nothing any more
   * @throws ChannelError alone
   */
  run(script: Script, keys: readonly string[], args: readonly string[], withinMs: number): Promise<Reply>
  /** What a request is later than: our clock, and what had been heard of the server's by then. */
  arrive(): Arrival
  /** The earliest that the server's clock can have shown then, in microseconds. The channel has to be {@link open}. */
  earliest(arrival: Arrival): number
  /** Makes the first contact, by which the server's time is known. @param key says to a cluster which node is meant */
  open(key: string, withinMs: number): Promise<Greeting>
}

export interface Arrival {
  readonly atMs: number
  readonly afterUs: number
}

export interface Greeting {
  /** Bytes; 0 is no limit; `undefined` where we may not ask. */
  readonly maxMemory: number | undefined
  readonly evictionPolicy: string | undefined
}

const RETRY_MS = 50
/** A slot on its way to another node, or a cluster that is choosing one. Clients differ in whether they wait for it. */
const PASSING = /^(TRYAGAIN|CLUSTERDOWN)|\b(TRYAGAIN|CLUSTERDOWN) /
const NEVER_US = Number.MAX_SAFE_INTEGER

export function createChannel(commands: Commands): Channel {
  const clock = createRedisClock()
  let unansweredSinceMs: number | undefined
  let greeting: Greeting | undefined

  function silentMs(): number | undefined {
    return unansweredSinceMs === undefined ? undefined : Math.round(performance.now() - unansweredSinceMs)
  }

  /** One command. Its reply is read even when it is late: it says what time it is. */
  async function send(script: Script, keys: readonly string[], args: readonly string[]): Promise<Reply> {
    const sentMs = performance.now()
    unansweredSinceMs ??= sentMs
    const reply = toTexts(await evaluate(script, keys, args).catch(noteRefusal))
    unansweredSinceMs = undefined
    const serverUs = Number(reply[0])
    if (!Number.isSafeInteger(serverUs)) throw new ChannelError('NOT_OURS')
    clock.learn({ sentMs, receivedMs: performance.now(), serverUs })
    return reply.slice(1)
  }

  /** A refusal is an answer too. */
  function noteRefusal(error: unknown): never {
    const refusal = toChannelError(error)
    if (isRefusal(refusal.code)) unansweredSinceMs = undefined
    throw error
  }

  async function evaluate(
    script: Script,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<unknown> {
    try {
      return await commands.evalSha(script.sha, keys, args)
    } catch (error) {
      if (!/\bNOSCRIPT\b/.test(messageOf(error))) throw error
      return commands.eval(script.source, keys, args)
    }
  }

  async function attempt(
    script: Script,
    keys: readonly string[],
    args: readonly string[],
    endsAtMs: number,
  ): Promise<Reply> {
    const lastUs = clock.isSet() && !script.isNeverLate ? clock.earliest(endsAtMs) : NEVER_US
    const reply = await bounded(send(script, keys, [String(lastUs), ...args]), endsAtMs)
    if (reply[0] === 'wrong') throw new ChannelError('WRONGTYPE', undefined, String(reply[1]))
    return reply
  }

  async function bounded<T>(work: Promise<T>, endsAtMs: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const give = () => reject(new ChannelError('timeout', silentMs()))
      timer = setTimeout(give, Math.max(0, endsAtMs - performance.now()))
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
      work.catch(() => {})
    }
  }

  async function persist(endsAtMs: number, work: () => Promise<Reply>): Promise<Reply> {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        const isPassing = PASSING.test(messageOf(error))
        if (!isPassing || performance.now() + RETRY_MS >= endsAtMs) throw toChannelError(error)
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  async function greet(keys: readonly string[], endsAtMs: number): Promise<Greeting> {
    if (greeting) return greeting
    // The key is not touched: it says to a cluster which node's time is meant.
    const [maxMemory, policy] = await persist(endsAtMs, () => attempt(hello, keys.slice(0, 1), [], endsAtMs))
    greeting = {
      maxMemory: maxMemory ? Number(maxMemory) : undefined,
      evictionPolicy: policy ? String(policy) : undefined,
    }
    return greeting
  }

  function checkObstacle(): void {
    if (commands.obstacle() !== undefined) throw new ChannelError('NOT_CONNECTED')
  }

  return {
    async run(script, keys, args, withinMs) {
      const endsAtMs = performance.now() + withinMs
      checkObstacle()
      await greet(keys, endsAtMs)
      const once = () => persist(endsAtMs, () => attempt(script, keys, args, endsAtMs))
      const reply = await once()
      if (reply[0] !== 'late') return reply
      // The server's clock is another one than we thought, say after a failover. Its reply has said which.
      const second = performance.now() < endsAtMs ? await once() : reply
      if (second[0] === 'late') throw new ChannelError('late')
      return second
    },
    arrive: () => ({ atMs: performance.now(), afterUs: clock.lastSeen() }),
    earliest: ({ atMs, afterUs }) => Math.max(clock.earliest(atMs), afterUs + 1),
    async open(key, withinMs) {
      checkObstacle()
      return greet([key], performance.now() + withinMs)
    },
  }
}

function toTexts(reply: unknown): Reply {
  if (!Array.isArray(reply)) throw new ChannelError('NOT_OURS')
  return reply.map((part) => (Array.isArray(part) ? part.map(String) : String(part)))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

// Redis 7 begins with the code; 6.2 puts it behind the place in the script.
const REFUSAL = /^-?([A-Z][A-Z0-9]{2,})\b|[-:] ?(OOM|READONLY|NOREPLICAS|MISCONF|WRONGTYPE|NOPERM)\b/

function isRefusal(code: string): boolean {
  return /^[A-Z]+$/.test(code) && !/^(E[A-Z]+|ERR_.*)$/.test(code)
}

/** The code alone: a client's message may hold addresses, user names and what was sent. */
function toChannelError(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error
  const { code } = (error ?? {}) as { code?: unknown }
  if (typeof code === 'string' && /^E[A-Z0-9_]+$/.test(code)) return new ChannelError(code)
  const [, first, later] = REFUSAL.exec(messageOf(error)) ?? []
  const word = later ?? first
  if (word) return new ChannelError(word)
  const name = error instanceof Error ? error.constructor.name : ''
  return new ChannelError(/^\w{1,60}$/.test(name) && name !== 'Error' ? name : 'failed')
}
