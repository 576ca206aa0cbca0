/** The layers of core, from the top to the bottom: each imports only from below. */
const layers = [
  ['doctor/'],
  ['portal-sso'],
  ['actions/'],
  ['sessions/'],
  ['state/'],
  ['host/'],
  ['http/'],
  ['cookies/'],
  ['options/'],
  ['chargebee/'],
  ['time/'],
  ['errors', 'events', 'help', 'safe-url', 'in-flight', 'session-store', 'trace'],
]

const core = '^packages/core/src/'
const pathOf = (names) =>
  `${core}(${names.map((name) => (name.endsWith('/') ? name : `${name}\\.ts$`)).join('|')})`

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    ...layers.slice(1).map((names, index) => ({
      name: `core-${names[0].replace('/', '')}-imports-only-from-below`,
      severity: 'error',
      from: { path: pathOf(names) },
      to: { path: pathOf(layers.slice(0, index + 1).flat()) },
    })),
    {
      name: 'middleware-without-doctor',
      comment: 'A command of its own: no host loads it with the middleware.',
      severity: 'error',
      from: { path: core, pathNot: `${core}doctor/` },
      to: { path: `${core}doctor/` },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@portal-sso/source', 'import', 'node'],
    },
  },
}
