import { ExecaError } from 'execa'
import { processorSeconds } from './processor-time.mjs'

/**
 * @typedef {object} Step
 * @property {string} name as `verify` takes it, to run this step alone
 * @property {string} title
 * @property {number} budget seconds of processor time that it may take
 */

/** @typedef {ReturnType<typeof createReport>} Report */

/**
 * Counts what was checked, and says so: a line per check while it goes, the time of each step, the failures with
 * their output and the command that repeats just them at the end, and the line `N passed, N failed` as the last one.
 *
 * @param {(line: string) => void} [print]
 */
export function createReport(print = console.log) {
  let passed = 0
  let again = ''
  /** @type {{ name: string, reason: string, again: string }[]} */
  const failures = []
  /** @type {string[]} */
  const notes = []
  /** @type {string[]} */
  const times = []

  const report = {
    /**
     * @param {Step} step
     * @param {() => unknown} action
     */
    async step({ name, title, budget }, action) {
      print(`\n== ${title}`)
      again = `npx -y pnpm@10 verify ${name}`
      const start = performance.now()
      const before = processorSeconds()
      const failedBefore = failures.length
      await report.check(`${title}: to its end`, action, { quiet: true })
      const used = processorSeconds() - before
      const time = `${name.padEnd(12)} ${seconds(start).padStart(8)}`
      const budgeted = Number.isNaN(used) ? '' : `, ${used.toFixed(1)} s of processor time of ${budget}`
      const outcome = failures.length > failedBefore ? ', FAILED' : ''
      times.push(`${time}${budgeted}${outcome}`)
      print(`        ${time}${budgeted}`)
      again = ''
    },
    /**
     * Counts checks that another program ran and showed, such as the tests.
     * @param {number} count
     */
    add(count) {
      passed += count
    },
    /**
     * @param {string} name
     * @param {string} [detail]
     */
    pass(name, detail = '') {
      passed += 1
      print(`ok      ${name}${detail}`)
    },
    /**
     * @param {string} name
     * @param {string} reason
     * @param {string} [command] repeats just this; without it the step's command is named
     */
    fail(name, reason, command = again) {
      failures.push({ name, reason, again: command })
      print(`FAILED  ${name}`)
    },
    /**
     * Not a failure, but to be seen at the end: what was left out, and why.
     * @param {string} text
     */
    note(text) {
      notes.push(text)
      print(`note    ${text}`)
    },
    /**
     * @param {string} name
     * @param {() => unknown} action throws or rejects when the check fails
     * @param {{ quiet?: boolean }} [options] `quiet`: only a failure counts and is shown
     * @returns {Promise<boolean>} whether it passed
     */
    async check(name, action, { quiet = false } = {}) {
      const start = performance.now()
      try {
        await action()
        if (!quiet) report.pass(name, ` (${seconds(start)})`)
        return true
      } catch (error) {
        report.fail(name, describe(error))
        return false
      }
    },
    /** @returns {number} the exit code */
    finish() {
      for (const { name, reason, again } of failures) {
        print(`\nFAILED: ${name}\n${indent(reason)}`)
        if (again) print(`  Again: ${again}`)
      }
      if (notes.length > 0) print(`\n${notes.map((text) => `note: ${text}`).join('\n')}`)
      if (times.length > 0) print(`\n${times.join('\n')}`)
      print(`\n${passed} passed, ${failures.length} failed`)
      return failures.length > 0 ? 1 : 0
    },
  }
  return report
}

/** @param {number} start */
function seconds(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`
}

/** @param {unknown} error */
function describe(error) {
  // A failed command says everything itself; of a fault of our own the stack is wanted.
  if (error instanceof ExecaError) return [error.shortMessage, error.all].filter(Boolean).join('\n')
  if (error instanceof CheckError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** @param {string} text */
function indent(text) {
  return text.replace(/^(?=.)/gm, '  ')
}

/** A check that found something wrong: its message is all that needs to be read. */
export class CheckError extends Error {
  /** @override */
  name = 'CheckError'
}

/**
 * @param {readonly string[]} problems
 * @throws {CheckError} one line per problem, when there is one
 */
export function refuse(problems) {
  if (problems.length > 0) throw new CheckError(problems.join('\n'))
}
