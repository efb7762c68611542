/** A plugin for vitest: tests get what they test through {@link ./compiled-calls.ts}. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { exportsOf } from '../exports.ts';
import { root } from '../packages.ts';

/** Packages whose functions are steps of a training program, or parts of one. */
export const compiledPackages = [
  'layers',
  'losses',
  'metrics',
  'models',
  'ops',
  'optimizers',
  'pruning',
  'quantization',
  'training',
].filter((name) => existsSync(join(root, 'packages', name)));

const PREFIX = '\0compiled:';
const calls = join(import.meta.dirname, 'compiled-calls.ts');
const GRADIENTS = ['grad', 'grads', 'valueAndGrad', 'valueAndGrads'];

/** The names that a module exports at run time, those of the modules it re-exports included. */
function namesOf(path: string): string[] {
  const again = [...readFileSync(path, 'utf8').matchAll(/^export \* from '(\.[^']+)'/gm)].map(([, from]) =>
    resolve(dirname(path), from as string),
  );
  return [
    ...exportsOf(path)
      .filter(({ typeOnly }) => !typeOnly)
      .map(({ name }) => name),
    ...again.flatMap(namesOf),
  ];
}

/** The source file that a test imports by this name, if it is one of the packages'. */
function sourceOf(name: string, importer: string): string | undefined {
  const scoped = /^@kumiko\/([a-z-]+)$/.exec(name)?.[1];
  if (scoped !== undefined) return compiledPackages.includes(scoped) ? join(root, 'packages', scoped, 'src/index.ts') : undefined;
  if (!name.startsWith('.') || !name.endsWith('.ts') || /\.(test|fixture)\.ts$/.test(name)) return undefined;
  return resolve(dirname(importer), name);
}

export function compileTests() {
  return {
    name: 'kumiko-compile-tests',
    enforce: 'pre' as const,
    resolveId(name: string, importer?: string): string | undefined {
      if (importer === undefined || !/\.(test|fixture)\.ts$/.test(importer)) return undefined;
      if (name === '@tensorflow/tfjs-core') return PREFIX + name;
      const source = sourceOf(name, importer);
      return source === undefined ? undefined : PREFIX + source;
    },
    load(id: string): string | undefined {
      if (!id.startsWith(PREFIX)) return undefined;
      const original = id.slice(PREFIX.length);
      if (original === '@tensorflow/tfjs-core') {
        const own = GRADIENTS.map((name) => `export const ${name} = compiledGradients(original.${name});`);
        return [
          `import { compiledGradients } from ${JSON.stringify(calls)};`,
          `import * as original from '@tensorflow/tfjs-core';`,
          `export * from '@tensorflow/tfjs-core';`,
          ...own,
        ].join('\n');
      }
      return [
        `import { compiledModule } from ${JSON.stringify(calls)};`,
        `import * as original from ${JSON.stringify(original)};`,
        'const wrapped = compiledModule(original);',
        ...[...new Set(namesOf(original))].map((name) => `export const ${name} = wrapped.${name};`),
      ].join('\n');
    },
  };
}
