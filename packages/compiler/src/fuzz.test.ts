import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { foldIn, key, leaves, type Tree } from '@kumiko/core';
import { randomUniform } from '@kumiko/ops';
import { describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import { generator, randomProgram } from './random-program.fixture.ts';

/** Programs for each backend in CI; `KUMIKO_FUZZ` for more, `KUMIKO_FUZZ_FROM` for the first seed. Works in pages, which have no environment. */
function setting(name: string, otherwise: number): number {
  return Number(globalThis.process?.env?.[name] ?? otherwise);
}
const programCount = setting('KUMIKO_FUZZ', 100);
const firstSeed = setting('KUMIKO_FUZZ_FROM', 0);

const values = (tree: Tree): number[] => leaves<tf.Tensor>(tree).flatMap((tensor) => [...tensor.dataSync()]);

/** Arguments of one program in 32 are large enough that threads share the work. */
const sizeOf = (seed: number, large: boolean): number => (large && generator(seed)(32) === 0 ? 20_000 : 200);

/** Runs a random program and its gradient eagerly and compiled; says where they differ, with the seed. */
function differs(seed: number, exact: boolean, large: boolean): string {
  const { shapes, run } = randomProgram(seed, sizeOf(seed, large));
  const withGradients = (x: tf.Tensor, w: tf.Tensor): Tree => {
    const { value, grads } = tf.valueAndGrads(run)([x, w]);
    return { value, grads };
  };
  const draw = (call: number, which: 0 | 1): tf.Tensor =>
    randomUniform(foldIn(key(seed), 2 * call + which), shapes[which], { minimum: -1 });
  const compiled = compile(withGradients as (x: tf.Tensor, w: tf.Tensor) => Tree, {
    donate: false,
    // Some programs recompute what they can, or what is cheap.
    checkpoint: seed % 5 === 1 ? () => true : seed % 5 === 2,
    without: exact ? ['fuseElementwise', 'fuseEpilogues'] : [],
  });
  const compare = (x: tf.Tensor, w: tf.Tensor, got: Tree): string => {
    const [a, b] = [values(withGradients(x, w)), values(got)];
    const scale = Math.max(1e-3, ...b.map(Math.abs).filter(Number.isFinite));
    const agree = (p: number, q: number): boolean => Object.is(p, q) || (!exact && Math.abs(p - q) <= 2e-5 * scale);
    const at = a.findIndex((value, i) => !agree(value, b[i] as number));
    return at < 0 && a.length === b.length ? '' : `value ${at} is ${b[at]} instead of ${a[at]}`;
  };
  // The first two calls are recorded; the third and fourth run the program.
  const call = (i: number): string => {
    let said = '';
    tf.tidy(() => {
      const [x, w] = [draw(i, 0), draw(i, 1)];
      const got = compiled(x, w);
      if (i >= 2) said = compare(x, w, got);
    });
    return said;
  };
  try {
    const said = [0, 1, 2, 3].map(call).find((text) => text !== '');
    return said === undefined ? '' : `seed ${seed}: ${said}`;
  } catch (error) {
    return `seed ${seed}: ${(error as Error).message}`;
  } finally {
    compiled.dispose();
  }
}

describe.each(['cpu', 'wasm with 1 thread', 'wasm with 2 threads'])('on %s', (name) => {
  test(
    'random programs agree with eager ones: to the bit where no kernels are fused, else nearly',
    async () => {
      const backend = await selectBackend([name === 'cpu' ? cpu() : wasm({ threads: name.includes('2') ? 2 : 1 })]);
      const failures = Array.from({ length: programCount }, (_, i) => firstSeed + i).map((seed) =>
        differs(seed, name === 'cpu' || seed % 3 === 0, name !== 'cpu'),
      );
      await backend.dispose();
      expect(failures.filter((text) => text !== '')).toEqual([]);
    },
    60_000 + 300 * programCount,
  );
});
