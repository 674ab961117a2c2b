/**
 * Who may import whom: docs/architecture.md as rules. `scripts/dependency-rules.test.ts` breaks each of them once.
 */

/** Which features a feature may ask. Everything points downward, so that no cycle can grow. */
const FEATURES = {
  identity: [],
  ledger: ['identity'],
  catalog: ['identity'],
  search: ['identity', 'catalog'],
  publishing: ['identity', 'catalog'],
  moderation: ['identity', 'catalog'],
  federation: ['identity', 'catalog'],
  apps: ['identity', 'catalog'],
  agents: ['identity', 'catalog'],
  commerce: ['identity', 'catalog', 'ledger'],
  payments: ['identity', 'ledger', 'commerce'],
  metering: ['identity', 'catalog'],
  disputes: ['identity', 'catalog', 'commerce'],
  operations: [
    'identity',
    'catalog',
    'ledger',
    'search',
    'publishing',
    'moderation',
    'federation',
    'apps',
    'agents',
    'commerce',
    'payments',
    'disputes',
    'metering',
  ],
}

const features = Object.keys(FEATURES)
const anyFeature = `^lib/(${features.join('|')})/`
const notATest = '\\.test\\.tsx?$'
/** What a feature shows to browsers: shapes, pure decisions, query keys, endpoint declarations; others by name. */
const clientSafeOfFeatures = [
  `^lib/(${features.join('|')})/(schemas|rules|contract|endpoints)\\.ts$`,
  '^lib/(identity|moderation|disputes)/limits\\.ts$',
  '^lib/identity/form-state\\.ts$',
  '^lib/publishing/(next-version|version-endpoints|namespace-endpoints)\\.ts$',
  '^lib/catalog/(shell-line|mcp-install|app-install|structured-data)\\.ts$',
  '^lib/search/(page-query|limits)\\.ts$',
].join('|')
const clientSafeOfHttp = '^lib/http/(endpoint|endpoint-match|cache-policy)\\.ts$'
/** Files of lib that may reach a browser. Every other one must open with `import 'server-only'`. */
export const CLIENT_SAFE = [clientSafeOfFeatures, clientSafeOfHttp, '^lib/(kernel|client|offline)/'].join('|')

const packages = '(^|/)node_modules/'

const featureDag = features.map((feature) => {
  const allowed = [feature, ...FEATURES[feature]].join('|')
  return {
    name: 'feature-dag',
    comment: `${feature} may ask ${FEATURES[feature].join(', ') || 'no other feature'}.`,
    severity: 'error',
    from: { path: `^lib/${feature}/` },
    to: { path: anyFeature, pathNot: `^lib/(${allowed})/` },
  }
})

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Modules that need each other are one module, or miss a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'known-folders',
      comment: 'A new folder in lib needs its place in the order of features.',
      severity: 'error',
      from: { path: '^lib/', pathNot: `${anyFeature}|^lib/(kernel|client|platform|http|offline)/` },
      to: {},
    },
    {
      name: 'data-private',
      comment: 'Only the verbs of a feature touch its data; others call the verbs.',
      severity: 'error',
      from: { path: '^lib/([^/]+)/' },
      to: { path: '^lib/[^/]+/data\\.ts$', pathNot: '^lib/$1/' },
    },
    {
      name: 'data-private',
      severity: 'error',
      from: { pathNot: `^lib/|${notATest}` },
      to: { path: '^lib/[^/]+/data\\.ts$' },
    },
    ...featureDag,
    {
      name: 'layers-know-no-feature',
      comment: 'Adapters and the HTTP layer serve every feature and so know none.',
      severity: 'error',
      from: { path: '^lib/(platform|http)/' },
      to: { path: anyFeature },
    },
    {
      name: 'platform-below-http',
      severity: 'error',
      from: { path: '^lib/platform/' },
      to: { path: '^lib/http/' },
    },
    {
      name: 'kernel-pure',
      comment: 'The kernel runs in Node, Deno and browsers: itself and portable packages only.',
      severity: 'error',
      from: { path: '^lib/kernel/', pathNot: notATest },
      to: { pathNot: `^lib/kernel/|${packages}(zod|semver|@types/semver|yaml)/` },
    },
    {
      name: 'client-safe',
      comment: 'Components end up in browsers: they see shapes and rules, never verbs, data or adapters.',
      severity: 'error',
      from: { path: '^components/', pathNot: notATest },
      to: { path: '^(app|lib|scripts)/', pathNot: `^lib/(kernel|client)/|${clientSafeOfFeatures}` },
    },
    {
      name: 'client-safe',
      comment: 'What components may import must itself be fit for browsers.',
      severity: 'error',
      from: { path: `${clientSafeOfFeatures}|${clientSafeOfHttp}|^lib/client/`, pathNot: notATest },
      to: {
        pathNot: `^lib/(kernel|client)/|${clientSafeOfFeatures}|${clientSafeOfHttp}|${packages}`,
      },
    },
    {
      name: 'app-through-verbs',
      comment: 'Pages and route handlers call verbs. SQL, payment and files belong to the layers below.',
      severity: 'error',
      from: { path: '^(app/|middleware\\.ts$)', pathNot: notATest },
      to: {
        path: [
          '^lib/platform/(db|database.*|redis|stripe|api-token-lookup)\\.ts$',
          `${packages}(postgres|kysely|kysely-postgres-js|stripe|ioredis)/`,
          '^(node:)?fs(/promises)?$',
        ],
      },
    },
    {
      name: 'routes-without-next',
      comment: 'Our own server calls the API past Next: there is no request of its around a route handler.',
      severity: 'error',
      from: { path: '^app/api/', pathNot: notATest },
      to: { path: `${packages}next/` },
    },
    {
      name: 'app-is-the-top',
      comment: 'Nothing below may lean on a page.',
      severity: 'error',
      from: { path: '^lib/', pathNot: notATest },
      to: { path: '^(app|components|scripts)/' },
    },
    {
      name: 'no-vague-names',
      comment: 'A name that could hold anything soon does. Say what is in it.',
      severity: 'error',
      from: {},
      to: { path: '(^|/)(utils?|helpers?|common|misc)(/|\\.[^/]+$)', pathNot: packages },
    },
    {
      name: 'no-vague-names',
      severity: 'error',
      from: { path: '(^|/)(utils?|helpers?|common|misc)(/|\\.[^/]+$)' },
      to: {},
    },
    {
      name: 'no-barrels',
      comment: 'A file that re-exports a folder mixes server and client code and hides who uses what.',
      severity: 'error',
      from: {},
      to: { path: ['^(lib|components)/index[.]tsx?$', '^(lib|components)/[^/]+/index[.]tsx?$'] },
    },
    {
      name: 'not-to-dev-dep',
      comment: 'What runs in production is a dependency of production.',
      severity: 'error',
      from: { path: '^(app|lib|components)/|^middleware\\.ts$|^next\\.config\\.ts$', pathNot: notATest },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm'] },
    },
  ],
  options: {
    doNotFollow: { path: packages },
    exclude: { path: '^\\.next/|^scripts/fixtures/' },
    tsPreCompilationDeps: true,
    detectJSDocImports: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['react-server', 'import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      mainFields: ['main', 'types', 'typings'],
    },
  },
}
