import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { foldIn, key, leaves, type Tree } from '@kumiko/core';
import { randomUniform } from '@kumiko/ops';
import { describe, expect, test } from 'vitest';
import { compile } from './compile.ts';

/** Programs for each backend in CI; `KUMIKO_FUZZ` for more. Works in pages, which have no environment. */
function programCount(): number {
  return Number(globalThis.process?.env?.['KUMIKO_FUZZ'] ?? 40);
}

type Random = (below: number) => number;

function generator(seed: number): Random {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state % below;
  };
}

const unary: readonly ((x: tf.Tensor) => tf.Tensor)[] = [
  tf.tanh,
  tf.sigmoid,
  tf.neg,
  tf.square,
  tf.relu,
  tf.abs,
  tf.softmax,
  tf.elu,
  tf.softplus,
  (x) => tf.exp(tf.neg(tf.abs(x))),
  (x) => tf.log1p(tf.square(x)),
  (x) => tf.sqrt(tf.add(tf.square(x), 0.5)),
  (x) => tf.transpose(x, [1, 0]),
  (x) => tf.clone(x),
  (x) => tf.mul(tf.reshape(tf.reshape(x, [-1]), x.shape), 0.5),
  (x) => tf.clipByValue(x, -0.5, 0.7),
  (x) => tf.leakyRelu(x, 0.1),
];

const binary: readonly ((a: tf.Tensor, b: tf.Tensor) => tf.Tensor)[] = [
  tf.add,
  tf.sub,
  tf.mul,
  tf.maximum,
  (a, b) => tf.div(a, tf.add(tf.square(b), 1)),
  (a, b) => tf.where(tf.greater(a, 2), a, b),
];

/** From [n, n] to something that broadcasts against it. */
const smaller: readonly ((x: tf.Tensor) => tf.Tensor)[] = [
  (x) => tf.sum(x, 0),
  (x) => tf.mean(x, 1, true),
  (x) => tf.max(x),
  (x) => tf.sum(x, 0, true),
  (x) => tf.slice(x, [0, 0], [1, x.shape[1] as number]),
];

const image = (x: tf.Tensor): tf.Tensor4D => tf.reshape(x, [1, ...x.shape, 1] as [number, number, number, number]);

/** From [n, n] and [n, n] to [n, n] by kernels of other kinds. */
const wide: readonly ((a: tf.Tensor, b: tf.Tensor) => tf.Tensor)[] = [
  (a, b) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, false, true),
  (a, b) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, true, false),
  (a, b) => {
    const filter = tf.reshape(tf.slice(b, [0, 0], [1, 1]), [1, 1, 1, 1]) as tf.Tensor4D;
    return tf.reshape(tf.conv2d(image(a), tf.tile(filter, [2, 2, 1, 1]), 1, 'same'), a.shape);
  },
  (a, b) => tf.relu(tf.add(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D), tf.sum(b, 0))),
  (a, b) => {
    const filter = tf.tile(tf.reshape(tf.slice(b, [0, 0], [1, 1]), [1, 1, 1, 1]), [3, 3, 1, 1]) as tf.Tensor4D;
    return tf.reshape(tf.relu6(tf.add(tf.conv2d(image(a), filter, 1, 'same'), tf.slice(tf.reshape(b, [-1]), 0, 1))), a.shape);
  },
  (a) => tf.reshape(tf.maxPool(image(a), 2, 1, 'same'), a.shape),
  (a) => tf.reshape(tf.avgPool(image(a), 2, 1, 'same'), a.shape),
  (a) =>
    tf.gather(
      a,
      tf.tensor1d(
        Array.from({ length: a.shape[0] as number }, (_, i) => (i * 3 + 1) % (a.shape[0] as number)),
        'int32',
      ),
    ),
  (a, b) => tf.slice(tf.concat([a, b], 1), [0, 1], [a.shape[0] as number, a.shape[1] as number]),
  (a, b) => tf.mul(a, tf.cast(tf.logicalAnd(tf.greater(b, -3), tf.less(b, 3)), 'float32')),
];

/** A random function of two square matrices: a number that depends on all that it computes. */
function randomFunction(random: Random): (x: tf.Tensor, w: tf.Tensor) => tf.Tensor {
  const plan = Array.from({ length: 3 + random(12) }, () => ({ kind: random(4), op: random(1000), at: random(1000), other: random(1000) }));
  return (x, w) => {
    const pool = [x, w];
    const pick = <T>(list: readonly T[], i: number): T => list[i % list.length] as T;
    for (const { kind, op, at, other } of plan) {
      const [a, b] = [pick(pool, at), pick(pool, other)];
      if (kind === 0) pool.push(pick(unary, op)(a));
      else if (kind === 1) pool.push(pick(binary, op)(a, b));
      else if (kind === 2) pool.push(pick([tf.add, tf.sub, tf.mul], op)(a, pick(smaller, other)(b)));
      else pool.push(pick(wide, op)(a, b));
    }
    return tf.mean(tf.addN(pool.map((tensor) => tf.mean(tf.tanh(tensor)))));
  };
}

const values = (tree: Tree): number[] => leaves<tf.Tensor>(tree).flatMap((tensor) => [...tensor.dataSync()]);

/** Runs a random program and its gradient eagerly and compiled; says where they differ, with the seed. */
function differs(seed: number, exact: boolean): string {
  const random = generator(seed);
  const f = randomFunction(random);
  const safe = (x: tf.Tensor, w: tf.Tensor): Tree => {
    const { value, grads } = tf.valueAndGrads(f)([x, w]);
    return { value, grads };
  };
  const n = 1 + random(12);
  const draw = (call: number): tf.Tensor => randomUniform(foldIn(key(seed), call), [n, n], { minimum: -1 });
  const compiled = compile(safe as (x: tf.Tensor, w: tf.Tensor) => Tree, {
    donate: false,
    without: exact ? ['fuseElementwise', 'fuseEpilogues'] : [],
  });
  let said = '';
  for (let call = 0; call < 4 && said === ''; call++) {
    const [x, w] = [draw(call), draw(100 + call)];
    const expected = tf.tidy(() => safe(x, w) as tf.TensorContainer as Tree);
    const got = compiled(x, w);
    const [a, b] = [values(expected), values(got)];
    const scale = Math.max(1e-3, ...b.map(Math.abs).filter(Number.isFinite));
    const agree = (p: number, q: number): boolean => Object.is(p, q) || (!exact && Math.abs(p - q) <= 2e-5 * scale);
    const at = a.findIndex((value, i) => !agree(value, b[i] as number));
    if (at >= 0 || a.length !== b.length) said = `seed ${seed}, call ${call}, value ${at}: ${b[at]} instead of ${a[at]}`;
    tf.dispose([x, w, expected, got] as tf.TensorContainer);
  }
  compiled.dispose();
  return said;
}

describe.each(['cpu', 'wasm with 1 thread', 'wasm with 2 threads'])('on %s', (name) => {
  test(
    'random programs agree with eager ones: to the bit where no kernels are fused, else nearly',
    async () => {
      const backend = await selectBackend([name === 'cpu' ? cpu() : wasm({ threads: name.includes('2') ? 2 : 1 })]);
      const failures = Array.from({ length: programCount() }, (_, seed) => differs(seed, name === 'cpu' || seed % 3 === 0));
      await backend.dispose();
      expect(failures.filter((text) => text !== '')).toEqual([]);
    },
    60_000 + 300 * programCount(),
  );
});
