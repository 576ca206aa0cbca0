import { writeFile } from 'node:fs/promises'

/**
 * @typedef {object} Summary
 * @property {string[]} projects
 * @property {{ project: string, file: string, path: string, name: string, state: string, reason: string }[]} tests
 *   `state` is passed, failed, skipped or pending
 * @property {{ where: string, message: string }[]} errors
 * @property {string[]} unfinished files that had begun and not ended when this was written
 */

/**
 * A Vitest reporter that prints a line per file, and writes what `verify` must know to the file that
 * VITEST_SUMMARY_FILE names. Vitest's own JSON reporter leaves out the reason of a skipped test, errors outside of any
 * test, and which project a test belongs to; and it writes nothing when the run is killed.
 */
export default class SummaryReporter {
  /** @type {Summary} */
  #summary = { projects: [], tests: [], errors: [], unfinished: [] }

  /** @param {import('vitest/node').Vitest} vitest */
  onInit(vitest) {
    this.#summary.projects = vitest.projects.map((project) => project.name)
  }

  /** @param {import('vitest/node').TestModule} module */
  onTestModuleStart(module) {
    this.#summary.unfinished.push(nameOf(module))
  }

  /** @param {import('vitest/node').TestModule} module */
  async onTestModuleEnd(module) {
    const file = nameOf(module)
    this.#summary.unfinished = this.#summary.unfinished.filter((other) => other !== file)
    // A file that can't be loaded, or a hook that throws: its tests count as skipped, if there are any at all.
    for (const part of [module, ...module.children.allSuites()]) {
      const found = part.errors()
      const suite = 'fullName' in part ? part.fullName : ''
      if (found.length > 0)
        this.#summary.errors.push({
          where: [file, suite].filter(Boolean).join(' > '),
          message: textOf(found),
        })
    }
    const tests = [...module.children.allTests()].map((test) => {
      const result = test.result()
      const reason = result.state === 'skipped' ? (result.note ?? '') : textOf(result.errors ?? [])
      const { name: project } = module.project
      return { project, file, path: module.moduleId, name: test.fullName, state: result.state, reason }
    })
    this.#summary.tests.push(...tests)
    const time = (module.diagnostic().duration / 1000).toFixed(1)
    const failed = tests.filter(({ state }) => state === 'failed').length
    const outcome = module.ok() ? 'ok     ' : 'FAILED '
    const count = `${tests.length} tests${failed > 0 ? `, ${failed} failed` : ''}`
    process.stdout.write(`${outcome} ${file} (${count}, ${time} s)\n`)
    await this.#write()
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} _modules
   * @param {readonly import('vitest').SerializedError[]} unhandledErrors
   */
  async onTestRunEnd(_modules, unhandledErrors) {
    const where = 'outside of any test'
    this.#summary.errors.push(...unhandledErrors.map((error) => ({ where, message: textOf([error]) })))
    await this.#write()
  }

  async #write() {
    await writeFile(/** @type {string} */ (process.env.VITEST_SUMMARY_FILE), JSON.stringify(this.#summary))
  }
}

/** @param {import('vitest/node').TestModule} module */
function nameOf(module) {
  return `${module.project.name}: ${module.relativeModuleId}`
}

/** @param {readonly { stack?: string, message?: string }[]} errors */
function textOf(errors) {
  const text = errors.map((error) => error.stack || error.message || String(error)).join('\n')
  return text.replace(/^ +at .*[/\\]node_modules[/\\].*\n?/gm, '').trimEnd()
}
