import { freePorts } from '../lib/free-ports.mjs'
import { CheckError } from '../lib/report.mjs'
import { openChromium } from './chromium.mjs'
import { build, start } from './program.mjs'
import { ada } from './table.mjs'
import { createVisitor } from './visitor.mjs'

/** @typedef {import('../lib/report.mjs').Report} Report */
/** @typedef {import('./table.mjs').Stack} Stack */
/** @typedef {import('./table.mjs').Visit} Visit */
/** @typedef {import('./visitor.mjs').Visitor} Visitor */

/**
 * A visit: click, sign in, portal, sign out; once more while Chargebee does not answer; then the program is stopped.
 * @param {Report} report
 * @param {Stack} stack
 * @param {string} folder
 * @param {(options?: { site?: string }) => Promise<any>} startEmulator
 */
export async function visit(report, stack, folder, startEmulator) {
  const emulators = [await startEmulator()]
  if (stack.secondSite) emulators.push(await startEmulator({ site: 'acme-eu-test' }))
  const [port = '', otherPort = ''] = await freePorts(2)
  const api = `http://localhost:${port}`
  const other = `http://localhost:${otherPort}`
  const home = stack.also && !stack.also.script ? other : api
  const env = {
    ...emulators[0].env,
    ...Object.fromEntries(
      emulators
        .slice(1)
        .flatMap((emulator) =>
          Object.entries(emulator.env).map(([name, value]) => [name.replace('CHARGEBEE', 'EU'), value]),
        ),
    ),
    ...{ PORT: port, PORTAL_SSO_BASE_URL: api },
    ...(stack.also && { [stack.also.port]: otherPort, [stack.also.address]: other }),
  }
  const visitor = stack.hasScripts ? await openChromium() : createVisitor()
  /** @type {import('./program.mjs').Program[]} the last one is the stack's */
  const programs = []
  const tools = toTools(visitor, home, emulators)
  const {
    openPortal = async () => {
      await visitor.visit(`${home}/portal_link`)
      await (stack.signIn ?? (() => visitor.submit('Sign in', ada)))(visitor)
    },
    signOut = () => visitor.submit('Sign out'),
    extra,
  } = stack

  /** @type {[title: string, action: () => unknown][]} */
  const steps = [
    [
      'starts',
      async () => {
        await build(folder)
        if (stack.also?.script) programs.push(await start(folder, stack.also.script, other, env))
        programs.push(await start(folder, 'start', home, env))
      },
    ],
    [
      'a click leads through the sign-in to the portal',
      async () => {
        await openPortal(tools)
        await tools.expectPortalOf('Ada Lovelace')
        await tools.expectSessions('logged_in')
      },
    ],
    [
      'the sign-out ends it',
      async () => {
        await visitor.visit(home)
        await signOut(visitor)
        await tools.expectPage('Sign in')
        await tools.expectSessions('logged_out')
      },
    ],
    [
      'what Chargebee does not end is shown, and tried again',
      async () => {
        await openPortal(tools)
        await tools.expectPortalOf('Ada Lovelace')
        const mend = emulators[0].fail({ operation: 'logout', status: 503, times: Number.POSITIVE_INFINITY })
        await visitor.visit(home)
        await signOut(visitor)
        await tools.expectPage('still open')
        await tools.expectSessions('logged_out', 'logged_in')
        mend()
        await visitor.submit('Try again')
        await tools.expectPage('Sign in')
        await tools.expectSessions('logged_out', 'logged_out')
      },
    ],
  ]
  if (extra) steps.push([extra.title, () => extra.run(tools)])
  steps.push(['SIGTERM ends it', () => programs.at(-1)?.stop(stack.endsWith ?? 0)])
  try {
    for (const [title, action] of steps) {
      const passed = await report.check(`stacks: ${stack.name}: ${title}`, async () => {
        try {
          await action()
        } catch (error) {
          const said = programs.map(({ output }) => output()).join('\n')
          throw new CheckError(`${/** @type {Error} */ (error).message}\n${await describe(visitor)}\n${said}`)
        }
      })
      if (!passed) break
    }
  } finally {
    for (const program of programs) program.kill()
    await visitor.close()
    await Promise.all(emulators.map((emulator) => emulator.close()))
  }
}

/** @param {Visitor} visitor @param {string} home @param {any[]} emulators @returns {Visit} */
function toTools(visitor, home, emulators) {
  /** @param {() => Promise<string | undefined>} findFault */
  const expectNone = async (findFault) => {
    const end = Date.now() + visitor.patienceMs
    for (;;) {
      const fault = await findFault()
      if (fault === undefined) return
      if (Date.now() >= end) throw new CheckError(fault)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  /** @param {string} origin @param {string} text */
  const expectText = (origin, text) =>
    expectNone(async () => {
      const { url, body } = await visitor.read()
      if (url.origin !== origin) return `the page is ${url}, and not of ${origin}`
      return toVisible(body).includes(text) ? undefined : `the page does not say "${text}"`
    })
  return {
    ...{ visitor, home, emulators },
    expectPage: (text) => expectText(home, text),
    expectPortalOf: (name, emulator = emulators[0]) => expectText(emulator.portalUrl, name),
    expectSessions: (...statuses) =>
      expectNone(async () => {
        const are = emulators.flatMap((emulator) =>
          emulator.sessions().map((/** @type {any} */ { status }) => status),
        )
        return are.join() === statuses.join() ? undefined : `the sessions are ${are}, and not ${statuses}`
      }),
  }
}

/** @param {string} html */
function toVisible(html) {
  return html.replace(/<(script|style)\b.*?<\/\1>|<form hidden.*?<\/form>|<main hidden.*?<\/main>/gs, '')
}

/** @param {Visitor} visitor */
async function describe(visitor) {
  const { url, status, body } = await visitor.read().catch(() => ({ url: '', status: 0, body: '' }))
  return `${status} ${url}\n${body.slice(0, 2000)}`
}
