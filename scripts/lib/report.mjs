/**
 * Counts what was checked, and says so: a line per check while it goes, the failures with their output at the
 * end, and the line `N passed, N failed` as the last one.
 *
 * @param {(line: string) => void} [print]
 */
export function createReport(print = console.log) {
  let passed = 0
  const failures = []
  const notes = []

  const report = {
    section(title) {
      print(`\n== ${title}`)
    },
    /** Counts checks that somebody else ran and showed, such as the tests. */
    add(count) {
      passed += count
    },
    pass(name, detail = '') {
      passed += 1
      print(`ok      ${name}${detail}`)
    },
    fail(name, reason) {
      failures.push({ name, reason })
      print(`FAILED  ${name}`)
    },
    /** Not a failure, but to be seen at the end: what was left out, and why. */
    note(text) {
      notes.push(text)
      print(`note    ${text}`)
    },
    /**
     * @param {string} name
     * @param {() => unknown} action throws or rejects when the check fails
     * @returns {Promise<boolean>} whether it passed
     */
    async check(name, action) {
      const start = performance.now()
      try {
        await action()
        report.pass(name, ` (${((performance.now() - start) / 1000).toFixed(1)} s)`)
        return true
      } catch (error) {
        report.fail(name, describe(error))
        return false
      }
    },
    /** @returns {number} the exit code */
    finish() {
      if (notes.length > 0) print(`\n${notes.map((text) => `note: ${text}`).join('\n')}`)
      for (const { name, reason } of failures) print(`\nFAILED: ${name}\n${indent(reason)}`)
      print(`\n${passed} passed, ${failures.length} failed`)
      return failures.length > 0 ? 1 : 0
    },
  }
  return report
}

function describe(error) {
  if (!(error instanceof Error)) return String(error)
  // A failed command says everything in its message; of a fault of our own the stack is wanted.
  return error.name === 'CommandError' || error.name === 'CheckError'
    ? error.message
    : (error.stack ?? error.message)
}

function indent(text) {
  return text.replace(/^(?=.)/gm, '  ')
}

/** A check that found something wrong: its message is all that needs to be read. */
export class CheckError extends Error {
  name = 'CheckError'
}

/** @throws {CheckError} one line per problem, when there is one */
export function refuse(problems) {
  if (problems.length > 0) throw new CheckError(problems.join('\n'))
}
