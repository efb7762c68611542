import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findArrowProblems } from './check-arrows.ts';
import { findNameProblems } from './check-names.ts';

const roots: string[] = [];
afterAll(() => roots.forEach((root) => rmSync(root, { recursive: true })));

/** A repository with the package `losses`, whose package.json is in order unless told otherwise, and these files. */
function repository(files: Record<string, string>, manifest: object = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'kumiko-arrows-'));
  roots.push(root);
  const losses = {
    name: '@kumiko/losses',
    description: 'Losses.',
    dependencies: { '@kumiko/core': '*' },
    peerDependencies: { '@tensorflow/tfjs-core': '*' },
    devDependencies: { '@kumiko/testing': '*' },
    ...manifest,
  };
  const all = {
    'package.json': '{"devDependencies": {"vitest": "*"}}',
    'packages/losses/package.json': JSON.stringify(losses),
    'packages/losses/README.md': '',
    'packages/losses/src/index.ts': '',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** What is wrong with one import in a source of `losses`. */
const source = (text: string) => findArrowProblems(repository({ 'packages/losses/src/x.ts': text }));

test('allows what the row, the manifest and the place allow', () => {
  const files = {
    'packages/losses/src/x.ts': `import { check } from '@kumiko/core';
      import * as tf from '@tensorflow/tfjs-core';
      import type { Engine } from '@tensorflow/tfjs-core/dist/engine.js';
      export * from './y.ts';
      const fs = await import('node:fs');`,
    'packages/losses/src/x.test.ts': `import 'vitest'; import 'node:fs'; import '@kumiko/testing'; import g from '../../../fixtures/g.json';`,
    'packages/losses/src/x.as.ts': `import { v } from './vector.as';`,
  };
  expect(findArrowProblems(repository(files))).toEqual([]);
});

test.each([
  [`import { adam } from '@kumiko/optimizers';`, "x.ts:1: '@kumiko/optimizers' is not on its row, which allows @kumiko/core, @kumiko/ops."],
  [`\nimport type { Op } from '@kumiko/ops';`, "x.ts:2: '@kumiko/ops' is no dependency."],
  [`export * from '@kumiko/core/src/tree.ts';`, "'@kumiko/core/src/tree.ts' reaches into a package."],
  [`import '@tensorflow/tfjs-core/dist/public/chained_ops/add';`, 'would load a second copy.'],
  [`import * as tf from '@tensorflow/tfjs';`, "'@tensorflow/tfjs' is not on its row"],
  [`const cpu = import('@tensorflow/tfjs-backend-cpu');`, "'@tensorflow/tfjs-backend-cpu' is not on its row"],
  [`import { readFile } from 'node:fs/promises';`, 'is imported at once, but packages run in pages.'],
  [`import { x } from '../../optimizers/src/adam.ts';`, 'leaves src/.'],
  [`import fc from 'fast-check';`, "'fast-check' is no dependency."],
  [`type T = import('@kumiko/layers').Dense;`, "'@kumiko/layers' is not on its row"],
])('refuses %s', (text, problem) => {
  const problems = source(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(problem);
});

test('refuses in tests what nobody declared, and in AssemblyScript what is not beside it', () => {
  const files = { 'packages/losses/src/x.test.ts': `import 'lodash';`, 'packages/losses/src/y.as.ts': `import '@kumiko/core';` };
  expect(findArrowProblems(repository(files)).map((line) => line.split(': ').at(-1))).toEqual([
    "'lodash' is no devDependency.",
    "'@kumiko/core' is not a file beside it, which is all that AssemblyScript may import.",
  ]);
});

test('refuses manifests that break the row', () => {
  const dependencies = { '@kumiko/layers': '*', '@tensorflow/tfjs-core': '4.22.0', '@tensorflow/tfjs-layers': '4.22.0' };
  expect(findArrowProblems(repository({}, { dependencies }))).toHaveLength(3);
});

test('refuses vague names, names in another case, and an index that does more than export', () => {
  expect(findNameProblems(repository({ 'packages/losses/src/mean-loss.test.ts': '' }))).toEqual([]);
  const files = {
    'packages/losses/src/utils.ts': '',
    'packages/losses/src/meanLoss.ts': '',
    'packages/losses/src/index.ts': "export * from './mean-loss.ts';\nexport const x = 1;\n",
  };
  expect(findNameProblems(repository(files, { description: '' }))).toEqual([
    'packages/losses/src/meanLoss.ts: expected a name in kebab-case. Rename it.',
    "packages/losses/src/utils.ts: 'utils' says nothing. Name it after what it exports.",
    "packages/losses/src/index.ts: expected re-exports only, got 'export const x = 1;'. Run pnpm generate.",
    'packages/losses/package.json: expected a description, got none.',
  ]);
});
