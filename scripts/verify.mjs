import './lib/require-node.mjs'
import { checkDemo } from './checks/demo.mjs'
import { checkNodes } from './checks/nodes.mjs'
import { checkPacked } from './checks/packed.mjs'
import { ensureSystemPackages } from './checks/system-packages.mjs'
import { typecheck } from './checks/types.mjs'
import { createReport } from './lib/report.mjs'
import { pnpm, run, tool } from './lib/run.mjs'
import { runVitest } from './lib/vitest.mjs'

// Everything there is to check, in one run: a step that fails does not hide what the later ones have to say.
const report = createReport()

report.section('What tests need beyond npm')
await ensureSystemPackages(report)

report.section('Lint and format')
await report.check('biome', () => tool('biome', ['check', '.']))

report.section('The scripts themselves')
for (const name of ['verify', 'packed']) {
  await report.check(`scripts: ${name}`, () =>
    run(process.execPath, ['--test', `scripts/test/${name}.test.mjs`]),
  )
}

report.section('Types')
await typecheck(report)

report.section('Build')
const built = await report.check('build', () => pnpm(['run', 'build']))

report.section('Tests')
await runVitest(report)

report.section('The fault matrix under other Nodes')
await checkNodes(report)

report.section('The demo command')
if (built) await checkDemo(report)
else report.fail('demo', 'Not run: the build failed.')

report.section('The packed packages, as their users get them')
if (built) await checkPacked(report)
else report.fail('packed', 'Not run: the build failed.')

process.exitCode = report.finish()
