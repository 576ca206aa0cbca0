import './lib/require-node.mjs'
import { parseArgs } from 'node:util'
import { createReport } from './lib/report.mjs'
import { everyday, exhaustive } from './lib/steps.mjs'

const usage = `npx -y pnpm@10 verify [--exhaustive | --all] [step ...]

Checks the project; the last line is \`N passed, N failed\`.

  --exhaustive   what takes long, and nothing of what is checked without it
  --all          both, as CI does
  step           only these: ${[...everyday, ...exhaustive].map(({ name }) => name).join(', ')}`

process.exitCode = await main(process.argv.slice(2))

/** @param {string[]} args */
async function main(args) {
  const { steps, help, problem } = readArguments(args)
  if (problem || help) {
    console.error(problem ? `${problem}\n\n${usage}` : usage)
    return problem ? 2 : 0
  }
  const report = createReport()
  // A step that fails does not hide what the later ones have to say.
  for (const step of steps) await report.step(step, () => step.run(report))
  return report.finish()
}

/** @param {string[]} args */
function readArguments(args) {
  const options = /** @type {const} */ ({
    exhaustive: { type: 'boolean' },
    all: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  })
  const all = [...everyday, ...exhaustive]
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    const unknown = positionals.find((name) => !all.some((step) => step.name === name))
    if (unknown !== undefined) return { steps: [], problem: `There is no step called ${unknown}.` }
    if (positionals.length > 0)
      return { steps: all.filter(({ name }) => positionals.includes(name)), help: values.help }
    return { steps: values.all ? all : values.exhaustive ? exhaustive : everyday, help: values.help }
  } catch (error) {
    return { steps: [], problem: /** @type {Error} */ (error).message }
  }
}
