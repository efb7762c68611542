import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { browserArguments, browserPath, isolationHeaders } from './tools/chromium.ts';

/** The packages' tests in a page. `KUMIKO_ISOLATED=1` makes it cross-origin isolated. Tests that need Node are named `*.node.test.ts`. */
export default defineConfig({
  server: { headers: process.env['KUMIKO_ISOLATED'] ? isolationHeaders : {} },
  resolve: { conditions: ['@kumiko/source', 'module', 'browser', 'development|production'] },
  optimizeDeps: { include: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-backend-wasm', 'fast-check'] },
  test: {
    include: ['packages/*/src/**/*.test.ts'],
    exclude: ['**/*.node.test.ts'],
    // Files share one page's main thread, and a pool of threads is started by most: one file at a time.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './tools/closing-line-reporter.ts'],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      ui: false,
      provider: playwright({ launchOptions: { executablePath: browserPath, args: browserArguments } }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
