import { execa } from 'execa'
import { refuse } from '../lib/report.mjs'
import { foreignEnvironment } from '../lib/run.mjs'

/** As each of the ways in which a user would start it, without asking the registry. */
const WAYS = [
  ['npx', '--no', '@portal-sso/core', 'doctor'],
  ['npx', '--no', 'portal-sso', 'doctor'],
  ['portal-sso', 'doctor'],
]

/**
 * Runs the doctor as it is installed, at the emulator as it is installed: where all is well, where something is wrong,
 * and with a wrong option.
 * @param {string} folder
 */
export async function runDoctor(folder) {
  const settings = {
    cwd: folder,
    preferLocal: true,
    localDir: folder,
    extendEnv: false,
    reject: false,
    timeout: 10 * 60_000,
  }
  const emulator = execa('portal-sso-emulator', ['--port', '0', '--json'], {
    ...settings,
    env: foreignEnvironment(),
  })
  /** @param {string[]} way @param {string[]} args @param {Record<string, string>} [more] */
  const outcome = async ([program, ...start], args, more) => {
    const env = { ...foreignEnvironment(), ...more }
    const { exitCode, stdout, stderr } = await execa(program, [...start, ...args], { ...settings, env })
    return { exitCode, said: `${stdout}${stderr}` }
  }
  for await (const line of emulator) {
    const { type, env } = JSON.parse(line)
    if (type !== 'started') continue
    const wrongKey = { ...env, CHARGEBEE_API_KEY: 'another' }
    const runs = await Promise.all([
      ...WAYS.map((way) =>
        outcome(way, ['--customer', 'cus_ada'], env).then((run) => ({ ...run, wanted: 0 })),
      ),
      outcome(WAYS[0], ['--json'], wrongKey).then((run) => ({ ...run, wanted: 1 })),
      outcome(WAYS[0], ['--customers'], env).then((run) => ({ ...run, wanted: 2 })),
    ])
    emulator.kill('SIGINT')
    refuse(
      runs
        .filter(({ exitCode, wanted }) => exitCode !== wanted)
        .map(
          ({ exitCode, said, wanted }) =>
            `ended with ${exitCode} in place of ${wanted}, having said:\n${said}`,
        ),
    )
  }
  await emulator
}
