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

/** Where the specs run: in a process of Node, or in a page. */
export type Place = 'node' | 'page';

/**
 * Bundles tfjs-core's specs with one backend into a module that Node or a page runs, and returns its path.
 *
 * tfjs-core declares its spec files free of side effects, which `ignoreAnnotations` overrules: a bundler would drop them all.
 */
export async function bundleSpecs(backend: Configuration['backend'], place: Place): Promise<string> {
  const inNode = place === 'node';
  const outfile = join(root, `node_modules/.cache/kumiko-conformance/${backend}-${place}.mjs`);
  const run = inNode ? 'runInNode' : 'runInPage';
  await build({
    stdin: {
      contents: `import { ${run} } from './run-in-${place}.ts';\nimport { register } from './backends/${backend}.ts';\nvoid ${run}(register);\n`,
      resolveDir: here,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: inNode ? 'node' : 'browser',
    // A classic script, because some specs expect functions that are not strict: `this` of a spy shall be the window.
    format: inNode ? 'esm' : 'iife',
    target: 'node20',
    ignoreAnnotations: true,
    mainFields: ['module', 'main'],
    conditions: ['@kumiko/source'],
    // Jasmine is written for scripts that are not strict, as a required one is.
    external: ['worker_threads', ...(inNode ? ['jasmine-core/lib/jasmine-core/jasmine.js'] : [])],
    alias,
    ...(inNode ? { banner: { js: nodeBanner(outfile) } } : { define: { global: 'globalThis' } }),
    logLevel: 'error',
    logOverride: { 'direct-eval': 'silent' },
  });
  return outfile;
}

/** What CommonJS modules expect of Node. */
function nodeBanner(outfile: string): string {
  return `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url); const __dirname = ${JSON.stringify(dirname(outfile))}, __filename = ${JSON.stringify(outfile)};`;
}
