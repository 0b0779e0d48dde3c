import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { HEADLESS_FLAGS } from './scripts/lib/browser.mjs';
import { serveModels } from './scripts/serve-models.mjs';

const conditions = ['@runanywhere/source'];

/** Where a browser may be; `scripts/browser.mjs` sets CHROME_PATH after looking one up. */
const executablePath = process.env.CHROME_PATH ?? '/usr/bin/chromium';

const config: ViteUserConfig = defineConfig({
  resolve: { conditions: [...conditions, 'module', 'browser', 'development|production', 'default'] },
  ssr: { resolve: { conditions: [...conditions, 'module', 'node', 'development|production', 'default'] } },
  test: {
    globalSetup: ['./scripts/lib/vitest-setup.mjs'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/*/testing/**/*.test.ts',
            'scripts/**/*.test.mjs',
            'benchmarks/**/*.test.ts',
          ],
          exclude: ['**/*.browser.test.ts', '**/node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        plugins: [serveModels()],
        // Found late, it would make Vite reload the page in the middle of a test.
        optimizeDeps: { include: ['onnxruntime-web/wasm'] },
        test: {
          name: 'browser',
          include: ['packages/*/src/**/*.browser.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath,
                args: [
                  ...HEADLESS_FLAGS,
                  '--use-fake-device-for-media-stream',
                  '--use-fake-ui-for-media-stream',
                ],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['tests/{e2e,pack,fixtures}/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      // Tests that mostly wait: `npm test` runs them beside the others.
      {
        extends: true,
        test: {
          name: 'waiting',
          environment: 'node',
          include: ['tests/waiting/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

export default config;
