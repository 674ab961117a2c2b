import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const OUTSIDE = ['**/node_modules/**', '**/.next/**', '**/.souk/**', 'supabase/functions/**', 'e2e/**']

export default defineConfig({
  resolve: {
    alias: { 'server-only': fileURLToPath(new URL('scripts/testing/server-only.ts', import.meta.url)) },
  },
  test: {
    silent: 'passed-only',
    // Vitest would leave one processor idle. More files at once than processors were no quicker.
    maxWorkers: availableParallelism(),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...OUTSIDE, '**/*.db.test.ts'],
          // Property tests on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'db',
          environment: 'node',
          include: ['**/*.db.test.ts'],
          exclude: OUTSIDE,
          globalSetup: ['scripts/testing/database-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
