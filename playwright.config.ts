/**
 * Browser and API tests against the real thing: `scripts/start.ts` with a production build, a database of its own in a
 * temporary folder, and free ports. `npm run test:e2e` starts it, and stops it with whatever it started.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig, devices } from '@playwright/test'
import { nextFreePort } from './scripts/stack/ports.ts'
import { CHROMIUM_FLAGS, WINDOW_FEATURES } from './scripts/testing/browser.ts'
import { serverFaults } from './scripts/testing/server-faults.ts'

/** The last such flag counts, so it repeats what matters of Playwright's. */
const DISABLED_FEATURES = [
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades'],
  ...['HttpsFirstBalancedModeAutoEnable', 'LensOverlay', 'MediaRouter', 'PaintHolding', 'OptimizationHints'],
  ...['ThirdPartyStoragePartitioning', 'AvoidCorsURLLoaderRestartOnRedirect', 'NetworkTimeServiceQuerying'],
  ...['AimEnabled', 'PreconnectToSearch'],
  ...WINDOW_FEATURES,
]

/** What a narrow window or a finger may break. All else is the same at any width, and is walked once. */
const PHONE = /@phone/

// Workers load this file again and must come to the same server, so the choice is handed on in the environment.
const port = (process.env.SOUK_E2E_PORT ??= String(await nextFreePort(0)))
const dataDir = (process.env.SOUK_E2E_DATA_DIR ??= temporaryDataDir())
const origin = `http://localhost:${port}`

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  // A test that passes only when run again is listed as flaky, at the end, for somebody to mend.
  retries: process.env.CI ? 2 : 0,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: process.env.CI ? [['list'], ['html', { open: 'never' }]] : [['list']],
  use: {
    baseURL: origin,
    // Requests that a worker makes escape what a test intercepts; the tests of the worker itself let it in.
    serviceWorkers: 'block',
    // Tracing each test costs time: in CI a failed one is run again with it.
    trace: process.env.CI ? 'on-first-retry' : 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [`--disable-features=${DISABLED_FEATURES.join(',')}`, ...CHROMIUM_FLAGS],
    },
  },
  projects: [
    { name: 'api', testDir: 'e2e/api' },
    {
      name: 'desktop',
      testIgnore: 'api/**',
      use: { ...devices['Desktop Chrome'], viewport: { width: 1280, height: 800 } },
    },
    {
      name: 'mobile',
      testIgnore: 'api/**',
      grep: PHONE,
      use: { ...devices['iPhone SE (3rd gen)'], defaultBrowserType: 'chromium', browserName: 'chromium' },
    },
  ],
  webServer: {
    command: `"${join(import.meta.dirname, 'node_modules', '.bin', 'node')}" scripts/start.ts`,
    url: `${origin}/`,
    // A build from nothing on a small machine, and the seed.
    timeout: 300_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
    stdout: process.env.CI ? 'pipe' : 'ignore',
    env: {
      PORT: port,
      SOUK_DATA_DIR: dataDir,
      SITE_URL: origin,
      // Whatever project a developer's settings name, tests never touch it.
      SUPABASE_URL: '',
      SUPABASE_PUBLISHABLE_KEY: '',
      SUPABASE_SECRET_KEY: '',
      DATABASE_URL: '',
      SOUK_SUPABASE_PORT: '',
      SOUK_DATABASE_PORT: '',
      PACKAGE_APPROVAL: 'auto',
      // All tests come from one address, but those of limits, which say that they come from elsewhere.
      RATE_LIMITS: 'on',
      RATE_LIMIT_SCALE: '10',
      TRUSTED_PROXIES: '127.0.0.0/8,::1',
    },
  },
})

/** Gone with the process that made it, which ends after the server. */
function temporaryDataDir(): string {
  const path = mkdtempSync(join(tmpdir(), 'souk-e2e-'))
  process.on('exit', (code) => {
    if (code !== 0 && process.env.CI) process.stdout.write(serverFaults(path).join('\n') + '\n')
    rmSync(path, { recursive: true, force: true })
  })
  return path
}
