import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { SECTIONS } from '../../src/pages/sections.js'

const assets = new URL('../../src/pages/assets/', import.meta.url)
const source = fileURLToPath(new URL('chargebee.js', assets))
/** Files that are only there for the compiler: npm's types resolve for a bundler, and not as this package does. */
const checked = fileURLToPath(new URL('chargebee-checked.js', assets))
const typesFile = fileURLToPath(new URL('stand-in-types.ts', assets))

const TYPES = `import type Chargebee from '@chargebee/chargebee-js-types'
import type CbInstanceOptions from '@chargebee/chargebee-js-types/cb-types/interfaces/cb-instance-options'
import type {
  CbPortalForwardOptions,
  CbPortalOptions,
} from '@chargebee/chargebee-js-types/cb-types/interfaces/cb-portal-options'

type Instance = ReturnType<Chargebee['init']>

interface Portal {
  open(options?: CbPortalOptions, forwardOptions?: CbPortalForwardOptions): void
  openSection(forwardOptions: CbPortalForwardOptions, options?: CbPortalOptions): void
}

/** What a page can use of the instance, by the types of npm. The wrappers for React and Vue look at site. */
type StandInInstance = Pick<Instance, 'setPortalSession' | 'logout' | 'closeAll'> & {
  site: string
  publishableKey?: string | undefined
  createChargebeePortal(): Portal
}

/** getPortalSections returns an enum there, which no object satisfies; its values are compared in a test. */
export interface StandIn extends Pick<Chargebee, 'tearDown' | 'registerAgain'> {
  init(options: CbInstanceOptions): StandInInstance
  getInstance(): StandInInstance
  getPortalSections(): Record<string, string>
}`

/** What the compiler has to say about the script, held against a type. */
function problems(text: string): string[] {
  const options: ts.CompilerOptions = {
    allowJs: true,
    checkJs: true,
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
  }
  const host = ts.createCompilerHost(options)
  const virtual = new Map([
    [checked, text],
    [typesFile, TYPES],
  ])
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (name) => virtual.has(name) || fileExists(name)
  host.readFile = (name) => virtual.get(name) ?? readFile(name)
  host.getSourceFile = (name, ...rest) => {
    const own = virtual.get(name)
    return own === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, own, ts.ScriptTarget.ES2022)
  }
  const program = ts.createProgram([checked], options, host)
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => virtual.has(file?.fileName ?? ''))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

test('the stand-in satisfies npm’s types of Chargebee.js', { timeout: 600_000 }, () => {
  const script = readFileSync(source, 'utf8')
  const satisfying = script.replace(
    '\nconst Chargebee = {',
    "\n/** @satisfies {import('./stand-in-types.ts').StandIn} */\nconst Chargebee = {",
  )
  expect(satisfying).not.toBe(script)
  expect(problems(satisfying)).toEqual([])
  expect(problems(satisfying.replace('\n  getInstance() {', '\n  getInstanc() {')).join()).toMatch(
    /getInstance/,
  )
})

test('its sections are those of the types', () => {
  const enums = createRequire(import.meta.url).resolve('@chargebee/chargebee-js-types/package.json')
  const text = readFileSync(enums.replace('package.json', 'cb-types/constants/enums.d.ts'), 'utf8')
  for (const [type] of Object.values(SECTIONS)) expect(text).toContain(`'${type}'`)
})
