import type { FaultRule } from '@portal-sso/emulator'
import { type Browser, copyCookie, type Tampering } from './browser.ts'
import { type ComeBack, comeBack } from './come-back.ts'
import type { Kind } from './exchange.ts'
import { jump, restart } from './life.ts'
import type { Intrusion } from './outsiders.ts'
import type { StartOptions, World } from './world.ts'

/** Plain data, so that a failing run can be read, and pasted into a test of its own. */
export type Command =
  | { do: 'start'; kind: Kind; browser: number; options: StartOptions; wait: boolean }
  | ComeBack
  | Intrusion
  | { do: 'sign in'; browser: number; customer: string | null }
  | { do: 'open portal' | 'leave portal' | 'deliver' | 'lose' | 'step' | 'host goes on'; pick: number }
  | { do: 'stop' | 'flow' | 'tear' | 'heal' | 'wait' }
  | { do: 'fail'; rule: FaultRule }
  | { do: 'restart'; how: 'close' | 'kill'; secrets: 'same' | 'rotate' | 'replace' | 'all' }
  | { do: 'tamper'; browser: number; how: Tampering; pick: number }
  | { do: 'copy'; from: number; to: number; pick: number }
  | { do: 'jump'; ms: number }

export async function act(world: World, command: Command): Promise<void> {
  const browserOf = (index: number) => world.browsers[index] as Browser
  const { ledger, process } = world
  switch (command.do) {
    case 'start': {
      if (command.kind === 'begin' && !world.settings.hasLogin) break
      const exchange = world.start(command.kind, browserOf(command.browser), command.options)
      if (command.wait && !process.wire.isStopped) await world.finish([exchange])
      break
    }
    case 'come back': {
      const exchange = await comeBack(world, command)
      if (exchange && command.wait && !process.wire.isStopped) await world.finish([exchange])
      break
    }
    case 'intrude':
      world.intrude(command)
      break
    case 'host goes on': {
      const late = ledger.running().filter(({ wayBack }) => wayBack?.onLogin.startsWith('is late'))
      late[command.pick % late.length]?.wayBack?.goOn()
      break
    }
    case 'sign in':
      world.signIn(browserOf(command.browser), command.customer)
      break
    case 'open portal':
      await world.openPortal(command.pick)
      break
    case 'leave portal':
      await world.leavePortal(command.pick)
      break
    case 'deliver': {
      const out = ledger.inState('writing', 'travelling')
      const exchange = out[command.pick % out.length]
      if (exchange && exchange.fate !== 'now') await world.deliver(exchange)
      break
    }
    case 'lose': {
      const open = ledger.inState('under way', 'writing', 'travelling')
      const exchange = open[command.pick % open.length]
      if (exchange) world.lose(exchange)
      break
    }
    case 'stop':
      process.wire.stop()
      break
    case 'step':
      process.wire.step(command.pick)
      break
    case 'flow':
      process.wire.flow()
      break
    case 'tear':
      world.tear()
      break
    case 'wait':
      process.wire.flow()
      await world.finish()
      break
    case 'fail':
      world.fail(command.rule)
      break
    case 'heal':
      world.heal()
      break
    case 'restart': {
      const fresh = `secret ${ledger.nextNumber()}`
      const secrets = {
        same: process.secrets,
        rotate: [fresh, ...process.secrets],
        replace: [fresh],
        all: world.secrets,
      }
      await restart(world, command.how, secrets[command.secrets])
      break
    }
    case 'tamper':
      browserOf(command.browser).tamper(command.how, command.pick)
      break
    case 'copy':
      copyCookie(world, browserOf(command.from), browserOf(command.to), command.pick)
      break
    case 'jump':
      await jump(world, command.ms)
      break
  }
  await world.breathe()
}
