import { relative } from 'node:path'
import js from '@eslint/js'
import next from '@next/eslint-plugin-next'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'
import { CLIENT_SAFE } from './.dependency-cruiser.mjs'

const namedColumns = {
  selector: "CallExpression[callee.property.name='selectAll']",
  message: 'Name the columns: select * hides schema changes and leaks private ones.',
}
const ENV_MESSAGE = 'env-only-in-platform: take settings from lib/platform/env.ts, which validates them.'
const noEnv = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: ENV_MESSAGE,
}
const noEnvImports = ['process', 'node:process'].map((name) => ({
  name,
  importNames: ['env'],
  message: ENV_MESSAGE,
}))
const noServiceRole = {
  regex: '(^|/)platform/db(\\.ts)?$|^\\./db(\\.ts)?$',
  importNames: [
    'asService',
    'asServiceInTime',
    'asServiceForBytes',
    'asServiceTogether',
    'unhurriedAsService',
  ],
  message:
    'service-role-importers: the service passes every policy. Use asActor or asAnon, or say in eslint.config.mjs why not.',
}

/** Who may act as the service, and why no caller's rights would do. */
const SERVICE_ROLE_IMPORTERS = [
  'lib/platform/api-token-lookup.ts', // nobody is known before a token is looked up
  'lib/platform/kept-answers.ts', // no caller may read what was answered
  'lib/platform/artefact-store-database.ts', // moves bytes whose rights were decided before
  'lib/publishing/data.ts', // the collector of orphaned files works for nobody in particular
  'lib/operations/data.ts', // a health probe has no caller
  'lib/catalog/data.ts', // counters are flushed for many callers at once
  'lib/commerce/data.ts', // the clock tends holds and earnings and is nobody; several people's purchases are no one's
  'lib/metering/data.ts', // the hourly charge is nobody's
  'lib/disputes/data.ts', // time decides what nobody decided
  'lib/ledger/data.ts', // the command line verifies every account and is nobody
  'lib/payments/data.ts', // Stripe speaks, and is no caller
  'lib/payments/payout-data.ts', // so it does of sellers
  'lib/search/data.ts', // the command line rebuilds the index and is nobody
]

/** Next's `server-only` stops a build that would put the file into a browser's bundle. These exist for Node as well. */
const WITHOUT_SERVER_ONLY = new RegExp(
  `${CLIENT_SAFE}|\\.test\\.ts$|^lib/platform/database\\.types\\.ts$|^lib/http/(security-headers|front)\\.ts$`,
)

const souk = {
  rules: {
    'server-only-presence': {
      meta: { type: 'problem', schema: [] },
      create: (context) => ({
        Program(node) {
          const path = relative(context.cwd, context.filename).replaceAll('\\', '/')
          const isMarked = node.body.some(
            (each) => each.type === 'ImportDeclaration' && each.source.value === 'server-only',
          )
          if (isMarked || WITHOUT_SERVER_ONLY.test(path)) return
          context.report({
            node,
            message: "server-only-presence: open this server file with import 'server-only'.",
          })
        },
      }),
    },
  },
}

export default tseslint.config(
  {
    ignores: [
      'node_modules/**',
      '.next/**',
      '.souk/**',
      'public/**',
      'next-env.d.ts',
      'supabase/functions/**',
      'lib/platform/database.types.ts',
      'test-results/**',
      'playwright-report/**',
    ],
  },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { prefer: 'type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'max-lines': ['error', { max: 280, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['warn', { max: 90, skipBlankLines: true, skipComments: true }],
      eqeqeq: ['error', 'smart'],
      'no-console': 'error',
      'no-restricted-syntax': ['error', namedColumns, noEnv],
      'no-restricted-imports': ['error', { paths: noEnvImports, patterns: [noServiceRole] }],
    },
  },
  {
    files: ['**/*.tsx', 'components/**/*.ts', 'lib/client/**/*.ts'],
    plugins: { 'react-hooks': reactHooks, '@next/next': next, 'jsx-a11y': jsxA11y },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...next.configs.recommended.rules,
      ...next.configs['core-web-vitals'].rules,
      ...jsxA11y.flatConfigs.recommended.rules,
    },
  },
  { files: ['lib/**/*.ts'], plugins: { souk }, rules: { 'souk/server-only-presence': 'error' } },
  { files: SERVICE_ROLE_IMPORTERS, rules: { 'no-restricted-imports': ['error', { paths: noEnvImports }] } },
  {
    files: [
      'lib/platform/env.ts',
      'scripts/**',
      'bench/**',
      'e2e/**',
      '**/*.test.{ts,tsx}',
      '*.config.{ts,mjs}',
    ],
    rules: { 'no-restricted-syntax': ['error', namedColumns], 'no-restricted-imports': 'off' },
  },
  {
    // Command-line programs speak to a person; tests may be as long as the cases they prove.
    files: ['scripts/**', 'bench/**', 'e2e/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.test.ts', '**/*.test.tsx', 'e2e/**'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' },
  },
  { files: ['**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
)
