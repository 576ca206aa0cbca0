import { freePorts } from '../lib/free-ports.mjs'
import { CheckError } from '../lib/report.mjs'
import { start } from './program.mjs'
import { ada } from './table.mjs'
import { createVisitor } from './visitor.mjs'

/** @typedef {import('../lib/report.mjs').Report} Report */
/** @typedef {import('./table.mjs').Stack} Stack */
/** @typedef {import('./visitor.mjs').Visitor} Visitor */

/**
 * A visit: click, sign in, portal, sign out; once more while Chargebee does not answer; then the program is stopped.
 * @param {Report} report
 * @param {Stack} stack
 * @param {string} folder
 * @param {any} startEmulator
 */
export async function visit(report, stack, folder, startEmulator) {
  const {
    name,
    also,
    signIn = (/** @type {Visitor} */ visitor) => visitor.submit('Sign in', ada),
    signOut = (/** @type {Visitor} */ visitor) => visitor.submit('Sign out'),
  } = stack
  const emulator = await startEmulator()
  const [port = '', otherPort = ''] = await freePorts(2)
  const home = `http://localhost:${port}`
  const visitor = createVisitor()
  const statuses = () =>
    emulator
      .sessions()
      .map((/** @type {any} */ { status }) => status)
      .join()
  /** @type {import('./program.mjs').Program[]} the last one is the stack's */
  const programs = []

  /** @param {string} title @param {() => Promise<unknown>} action */
  const check = (title, action) =>
    report.check(`stacks: ${name}: ${title}`, () =>
      action().catch((error) => {
        throw new CheckError(
          `${error.message}\n${describe(visitor)}\n${programs.map(({ output }) => output()).join('\n')}`,
        )
      }),
    )
  const goToPortal = async () => {
    await visitor.visit(`${home}/portal_link`)
    await signIn(visitor)
    expect('the page', visitor.page.url.origin, emulator.portalUrl)
    expectText(visitor, 'Ada Lovelace')
  }
  const backAndOut = async () => {
    await visitor.visit(home)
    await signOut(visitor)
  }
  const steps = /** @type {const} */ ([
    [
      'starts',
      async () => {
        const env = { ...emulator.env, PORT: port, PORTAL_SSO_BASE_URL: home }
        if (also) {
          const address = `http://localhost:${otherPort}`
          Object.assign(env, { [also.port]: otherPort, [also.address]: address })
          programs.push(await start(folder, also.script, address, env))
        }
        programs.push(await start(folder, 'start', home, env))
      },
    ],
    [
      'a click leads through the sign-in to the portal',
      async () => {
        await goToPortal()
        expect('the sessions', statuses(), 'logged_in')
      },
    ],
    [
      'the sign-out ends it',
      async () => {
        await backAndOut()
        expect('the sessions', statuses(), 'logged_out')
        expect('the page', visitor.page.url.href, `${home}/`)
        expectText(visitor, 'Sign in')
      },
    ],
    [
      'what Chargebee does not end is shown, and tried again',
      async () => {
        await goToPortal()
        const mend = emulator.fail({ operation: 'logout', status: 503, times: Number.POSITIVE_INFINITY })
        await backAndOut()
        expect('the sessions', statuses(), 'logged_out,logged_in')
        expectText(visitor, 'still open')
        mend()
        await visitor.submit('Try again')
        expect('the sessions', statuses(), 'logged_out,logged_out')
        expect('the page', visitor.page.url.href, `${home}/`)
        expectText(visitor, 'Sign in')
      },
    ],
    ['SIGTERM ends it', async () => programs.at(-1)?.stop()],
  ])
  try {
    for (const [title, action] of steps) if (!(await check(title, action))) break
  } finally {
    for (const program of programs) program.kill()
    await emulator.close()
  }
}

/** @param {string} what @param {string} is @param {string} wanted */
function expect(what, is, wanted) {
  if (is !== wanted) throw new CheckError(`${what}: ${is}, and not ${wanted}`)
}

/** @param {Visitor} visitor @param {string} text */
function expectText({ page }, text) {
  if (!page.body.includes(text)) throw new CheckError(`the page does not say "${text}"`)
}

/** @param {Visitor} visitor */
function describe({ page: { url, status, body } }) {
  return `${status} ${url}\n${body.slice(0, 2000)}`
}
