import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Configuration } from './configuration.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const require = createRequire(import.meta.url);

/** Every import of a tfjs package ends in this one copy: a backend and the specs must share tfjs-core's engine. */
const alias = Object.fromEntries(
  ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-backend-wasm'].map((name) => [
    name,
    realpathSync(dirname(require.resolve(`${name}/package.json`))),
  ]),
);

/**
 * Bundles tfjs-core's specs with one backend into a module that Node runs, and returns its path.
 *
 * tfjs-core declares its spec files free of side effects, which `ignoreAnnotations` overrules: a bundler would drop them all.
 */
export async function bundleSpecs(backend: Configuration['backend']): Promise<string> {
  const outfile = join(root, `node_modules/.cache/kumiko-conformance/${backend}.mjs`);
  await build({
    stdin: {
      contents: `import { runSpecs } from './run-specs.ts';\nimport { register } from './backends/${backend}.ts';\nawait runSpecs(register);\n`,
      resolveDir: here,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    ignoreAnnotations: true,
    mainFields: ['module', 'main'],
    conditions: ['@kumiko/source'],
    external: ['jasmine-core', 'worker_threads'],
    alias,
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url); const __dirname = ${JSON.stringify(dirname(outfile))}, __filename = ${JSON.stringify(outfile)};`,
    },
    logLevel: 'error',
    logOverride: { 'direct-eval': 'silent' },
  });
  return outfile;
}
