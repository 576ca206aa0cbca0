import { writeFile } from 'node:fs/promises'

/**
 * A Vitest reporter beside the one that people read. Vitest's own JSON reporter leaves out what `verify` must
 * know: the reason of a skipped test, errors outside of any test, and which project a test belongs to.
 * Writes to the file that VITEST_SUMMARY_FILE names:
 * `{ projects: string[], tests: { project, file, name, state, reason }[], errors: { where, message }[] }`,
 * `state` being passed, failed, skipped or pending.
 */
export default class SummaryReporter {
  #projects = []

  onInit(vitest) {
    this.#projects = vitest.projects.map((project) => project.name)
  }

  async onTestRunEnd(modules, unhandledErrors) {
    const tests = []
    const errors = unhandledErrors.map((error) => ({
      where: 'outside of any test',
      message: textOf([error]),
    }))
    for (const module of modules) {
      const file = `${module.project.name}: ${module.relativeModuleId}`
      // A file that can't be loaded, or a hook that throws: its tests count as skipped, if there are any at all.
      for (const part of [module, ...module.children.allSuites()]) {
        const found = part.errors()
        if (found.length > 0)
          errors.push({ where: [file, part.fullName].filter(Boolean).join(' > '), message: textOf(found) })
      }
      for (const test of module.children.allTests()) {
        const { state, errors: found, note } = test.result()
        const reason = state === 'skipped' ? (note ?? '') : textOf(found ?? [])
        tests.push({ project: module.project.name, file, name: test.fullName, state, reason })
      }
    }
    await writeFile(
      process.env.VITEST_SUMMARY_FILE,
      JSON.stringify({ projects: this.#projects, tests, errors }),
    )
  }
}

function textOf(errors) {
  const text = errors.map((error) => error.stack || error.message || String(error)).join('\n')
  return text.replace(/^ +at .*[/\\]node_modules[/\\].*\n?/gm, '').trimEnd()
}
