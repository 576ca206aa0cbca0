import { join } from 'node:path'
import { createConsumer, runJest, runScript, runTypeScript, withoutRequireOfEsm } from './consumers.mjs'

/** @typedef {import('../lib/report.mjs').Report} Report */
/** @typedef {import('./consumers.mjs').Manager} Manager */

export const adapters = ['express', 'koa', 'fastify']
/** Fastify brings its own typings. */
const typed = ['express', 'koa']
/** Vitest's, and with it an ES module: of no use to a host, and tried by `verify --exhaustive`. */
export const forAuthors = '@portal-sso/conformance'

/**
 * Every major that an adapter promises, with its typings, in as few projects as can be: the typings of Koa do not
 * compile where npm puts those of Express 5. What no framework changes is tried in the first project: under Jest,
 * which knows nothing but CJS.
 * @type {{ name: string, majors: Record<string, number>, more: string[] }[]}
 */
export const projects = [
  { name: 'express-5-fastify-5', majors: { express: 5, fastify: 5 }, more: ['koa@3', 'jest@30'] },
  { name: 'koa-3', majors: { koa: 3 }, more: [] },
  { name: 'express-4-koa-2', majors: { express: 4, koa: 2 }, more: [] },
]

/**
 * @typedef {object} Source where our packages come from
 * @property {string} title in front of every line of the report
 * @property {Manager} [manager]
 * @property {readonly { name: string, wanted: string }[]} packages what to install for each: a tarball, or its name
 * @property {readonly ('nodenext' | 'bundler')[]} [resolutions]
 * @property {string} [npmrc] for the project
 */

/**
 * Makes a project, and clicks and compiles in it.
 * @param {Report} report
 * @param {string} folder
 * @param {Source} source
 * @param {typeof projects[number]} project
 * @returns {Promise<{ home: string, names: string[] } | undefined>} with what was installed of ours
 */
export async function checkProject(report, folder, source, { name: project, majors, more }) {
  const { title, manager = 'npm', packages, resolutions = ['nodenext'] } = source
  const home = join(folder, project)
  const frameworks = Object.entries(majors)
  const named = [...Object.keys(majors), ...more.map((range) => range.replace(/@.*/, ''))]
  // npm would install the framework of an adapter that nothing here needs.
  const needless = [
    forAuthors,
    ...adapters.filter((name) => !named.includes(name)).map((name) => `@portal-sso/${name}`),
  ]
  const ours = packages.filter(({ name }) => !needless.includes(name))
  const isFirst = more.length > 0
  const installed = await report.check(`${title}: ${project}: ${manager} install`, () =>
    createConsumer(
      home,
      [...frameworks.map(([name]) => name), ...(isFirst ? ['jest'] : [])],
      [
        ...ours.map(({ wanted }) => wanted),
        ...frameworks.map(([name, major]) => `${name}@${major}`),
        ...frameworks
          .filter(([name]) => typed.includes(name))
          .map(([name, major]) => `@types/${name}@${major}`),
        ...more,
      ],
      { manager, npmrc: source.npmrc },
    ),
  )
  if (!installed) return undefined
  const titles = frameworks.map(([name, major]) => `${name} ${major}`)
  await Promise.all([
    ...frameworks.flatMap(([name], i) => [
      report.check(`${title}: ${titles[i]}: ESM`, () => runScript(home, `${name}/main.mjs`)),
      report.check(`${title}: ${titles[i]}: CJS`, () =>
        runScript(home, `${name}/main.cjs`, [withoutRequireOfEsm]),
      ),
    ]),
    ...resolutions.map((resolution) =>
      report.check(`${title}: ${titles.join(', ')}: types in .mts and .cts, ${resolution}`, () =>
        runTypeScript(home, resolution),
      ),
    ),
    ...(isFirst
      ? [
          report.check(`${title}: jest: CJS, without a transform`, () => runJest(home)),
          report.check(`${title}: two copies of core in one process`, () =>
            runScript(home, 'shared/two-copies.cjs'),
          ),
        ]
      : []),
  ])
  return { home, names: ours.map(({ name }) => name) }
}
