import { defineConfig } from 'vitest/config';
import { compileTests, compiledPackages } from './tools/compiled/compile-tests.ts';

const conditions = ['@kumiko/source', 'module', 'node', 'development|production'];

/** The suites of the packages that training steps are made of, with every call from tensors to tensors compiled. */
export default defineConfig({
  plugins: [compileTests()],
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    include: compiledPackages.map((name) => `packages/${name}/src/**/*.test.ts`),
    // Finite differences in double call a function thousands of times, each of which would be compiled.
    exclude: ['**/*float64*.test.ts', '**/kolmogorov*'],
    // A test that counts how often something is called would count the recordings too.
    testNamePattern: /^(?!.*\(counts calls\))/,
    setupFiles: ['./tools/compiled/report.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './tools/closing-line-reporter.ts'],
  },
});
