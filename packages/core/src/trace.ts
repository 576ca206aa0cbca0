import { channel } from 'node:diagnostics_channel'
import { debuglog } from 'node:util'

const debug = debuglog('portal-sso')

/** What happens inside, for subscribers of a diagnostics channel and for runs with `NODE_DEBUG=portal-sso`. */
export interface Trace<Message extends object> {
  /** Whether anything listens. Where nothing does, no message needs to be made. */
  isOn(): boolean
  /**
   * Gives the message to all subscribers before it returns. What one of them throws comes out as an uncaught exception
   * of the process, later and elsewhere: that is Node's own rule for its channels.
   * @param message of its own: subscribers may change it
   */
  tell(message: Message): void
}

/** The channel `portal-sso.{name}`, of all middlewares of the process together. */
export function createTrace<Message extends object>(name: 'call' | 'event'): Trace<Message> {
  const messages = channel(`portal-sso.${name}`)
  return {
    isOn: () => messages.hasSubscribers || debug.enabled,
    tell(message) {
      // One line, whatever is in it.
      debug('%s %j', name, message)
      messages.publish(message)
    },
  }
}
