import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const conditions = ['@kumiko/source', 'module', 'node', 'development|production'];

/** One project a package, so that each is tested alone and from source. */
const projects = readdirSync(new URL('packages', import.meta.url)).map((name) => ({
  extends: true as const,
  test: { name, include: [`packages/${name}/src/**/*.test.ts`] },
}));
const examples = readdirSync(new URL('examples', import.meta.url)).map((name) => ({
  extends: true as const,
  test: { name, include: [`examples/${name}/src/**/*.test.ts`] },
}));
const tools = { extends: true as const, test: { name: 'tools', include: ['tools/**/*.test.ts'] } };
const benchmarks = { extends: true as const, test: { name: 'benchmarks', include: ['benchmarks/**/*.test.ts'] } };

export default defineConfig({
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    projects: [...projects, ...examples, tools, benchmarks],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './tools/closing-line-reporter.ts'],
  },
});
