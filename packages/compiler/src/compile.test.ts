import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { foldIn, key, leaves, shapeOf, type Tree } from '@kumiko/core';
import { conv2d, dense, dropoutLayer, flattenFeatures, maxPool2d, relu, sequential } from '@kumiko/layers';
import { sparseCategoricalCrossEntropy } from '@kumiko/losses';
import { randomUniform } from '@kumiko/ops';
import { adamw, cosineDecay } from '@kumiko/optimizers';
import { initTrainState, trainStep } from '@kumiko/training';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { compile } from './compile.ts';

const values = (tree: Tree): number[] => leaves<tf.Tensor>(tree).flatMap((tensor) => [...tensor.dataSync()]);

describe.each(['cpu', 'wasm'])('on %s', (name) => {
  beforeAll(async () => {
    await selectBackend([name === 'wasm' ? wasm({ threads: 2 }) : cpu()]);
  });
  afterAll(() => tf.disposeVariables());

  test('a training step gives the bits of the eager one, and leaves nothing behind', () => {
    const model = sequential([
      conv2d({ filters: 4, kernelSize: 3, activation: relu }),
      maxPool2d(),
      flattenFeatures(),
      dropoutLayer(0.25),
      dense({ units: 3 }),
    ]);
    const optimizer = adamw({ learningRate: cosineDecay({ initialValue: 0.01, steps: 20 }) });
    const eager = trainStep({
      model,
      optimizer,
      loss: (logits, batch) => sparseCategoricalCrossEntropy(logits as tf.Tensor, batch['y'] as tf.Tensor),
    });
    const compiled = compile(eager as unknown as (state: Tree, batch: Tree) => Tree[]);
    const fresh = (): Tree => initTrainState({ model, optimizer, key: key(1), input: shapeOf([1, 6, 6, 1]) }) as unknown as Tree;
    const batchOf = (step: number): Tree => ({
      x: randomUniform(foldIn(key(2), step), [8, 6, 6, 1]),
      y: tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32'),
    });
    const train = (
      step: (state: Tree, batch: Tree) => Tree[],
      donates: boolean,
    ): { bits: number[]; losses: number[]; tensors: number[] } => {
      let state = fresh();
      const losses: number[] = [];
      const tensors: number[] = [];
      for (let i = 0; i < 12; i++) {
        const batch = batchOf(i);
        const [next, logs] = donates ? step(state, batch) : tf.tidy(() => step(state, batch) as tf.TensorContainer as Tree[]);
        if (!donates) tf.dispose(state as tf.TensorContainer);
        state = next as Tree;
        losses.push(values(logs as Tree)[0] as number);
        tf.dispose([logs, batch] as tf.TensorContainer);
        tensors.push(tf.memory().numTensors);
      }
      const bits = values(state);
      tf.dispose(state as tf.TensorContainer);
      return { bits, losses, tensors };
    };
    const a = train(eager as never, false);
    const before = tf.memory().numTensors;
    const b = train(compiled, true);
    expect(b.bits).toEqual(a.bits);
    expect(b.losses).toEqual(a.losses);
    expect(new Set(b.tensors.slice(3)).size).toBe(1);
    const explained = compiled.explain();
    expect(explained?.kernels).toBeLessThan(0.85 * (explained?.recorded as number));
    compiled.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("tfjs' own optimizer over variables is a step too", () => {
    const run = (compiled: boolean): number[] => {
      const w = tf.variable(tf.tensor2d([0.5, -0.3, 0.2, 0.7], [2, 2]));
      const optimizer = tf.train.adam(0.1);
      const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
      const step = (): tf.Scalar => optimizer.minimize(() => tf.mean(tf.square(tf.sub(tf.matMul(x, w), 1))), true) as tf.Scalar;
      const call = compiled ? compile(step) : step;
      const losses = Array.from({ length: 8 }, () => {
        const loss = call();
        const [value] = loss.dataSync();
        loss.dispose();
        return value as number;
      });
      const out = [...losses, ...w.dataSync()];
      tf.dispose([w, x]);
      optimizer.dispose();
      return out;
    };
    expect(run(true)).toEqual(run(false));
  });

  test(
    'random programs agree with eager ones',
    () => {
      const failures = Array.from({ length: programCount() }, (_, seed) => differs(seed)).filter((text) => text !== '');
      expect(failures).toEqual([]);
    },
    60_000 + 300 * programCount(),
  );
});

/** 300 programs for both backends in CI; `KUMIKO_FUZZ` for more. Works in pages, which have no environment. */
function programCount(): number {
  return Number(globalThis.process?.env?.['KUMIKO_FUZZ'] ?? 150);
}

/** Runs a random program (and its gradient) eagerly and compiled; says where they differ, with the seed. */
function differs(seed: number): string {
  let state = seed * 2_654_435_761 + 1;
  const random = (below: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state % below;
  };
  const unary = [
    tf.tanh,
    tf.sigmoid,
    tf.neg,
    tf.square,
    tf.relu,
    tf.abs,
    (x: tf.Tensor) => tf.softmax(x),
    (x: tf.Tensor) => tf.transpose(x, [1, 0]),
    (x: tf.Tensor) => tf.clone(x),
  ];
  const binary = [tf.add, tf.sub, tf.mul, tf.maximum, (a: tf.Tensor, b: tf.Tensor) => tf.div(a, tf.add(tf.square(b), 1))];
  const plan = Array.from({ length: 3 + random(10) }, () => ({ kind: random(6), op: random(45), at: random(1000), other: random(1000) }));
  const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => {
    const pool: tf.Tensor[] = [x, w];
    for (const { kind, op, at, other } of plan) {
      const a = pool[at % pool.length] as tf.Tensor;
      const b = pool[other % pool.length] as tf.Tensor;
      if (kind <= 1) pool.push((unary[op % unary.length] as (t: tf.Tensor) => tf.Tensor)(a));
      else if (kind === 2 && tf.util.arraysEqual(a.shape, b.shape))
        pool.push((binary[op % binary.length] as (s: tf.Tensor, t: tf.Tensor) => tf.Tensor)(a, b));
      else if (kind === 3)
        pool.push(
          tf.matMul(
            a as tf.Tensor2D,
            b as tf.Tensor2D,
            a.shape[1] !== b.shape[0] && a.shape[0] === b.shape[0],
            a.shape[1] === b.shape[1],
          ) as tf.Tensor,
        );
      else if (kind === 4) pool.push(tf.add(a, tf.mean(b, op % 2, true).size === 1 ? tf.scalar(op) : tf.sum(b)));
      else if (kind === 5) pool.push(tf.mul(tf.reshape(tf.reshape(a, [-1]), a.shape), 0.5));
    }
    return tf.mean(tf.addN(pool.map((tensor) => tf.mean(tf.tanh(tensor)))));
  };
  const safe = (x: tf.Tensor, w: tf.Tensor): Tree => {
    const { value, grads } = tf.valueAndGrads(f)([x, w]);
    return { value, grads };
  };
  const n = 1 + random(9);
  const inputs = (call: number): [tf.Tensor, tf.Tensor] => [
    randomUniform(foldIn(key(seed), call), [n, n], { minimum: -1 }),
    randomUniform(foldIn(key(seed), 100 + call), [n, n], { minimum: -1 }),
  ];
  const compiled = compile(safe as (x: tf.Tensor, w: tf.Tensor) => Tree, { donate: false });
  let said = '';
  for (let call = 0; call < 4 && said === ''; call++) {
    const [x, w] = inputs(call);
    const expected = tf.tidy(() => safe(x, w) as tf.TensorContainer as Tree);
    const got = compiled(x, w);
    const [a, b] = [values(expected), values(got)];
    if (a.length !== b.length || !a.every((value, i) => Object.is(value, b[i]))) said = `seed ${seed}, call ${call}`;
    tf.dispose([x, w, expected, got] as tf.TensorContainer);
  }
  compiled.dispose();
  return said;
}

describe('refuses', () => {
  beforeAll(async () => {
    await selectBackend([cpu()]);
  });
  afterEach(() => vi.restoreAllMocks());

  const x = (): tf.Tensor => tf.tensor1d([1, 2, 3]);
  const twice = (fn: (x: tf.Tensor) => Tree): void => {
    const compiled = compile(fn, { donate: false });
    compiled(x());
    compiled(x());
  };

  test('a read on the host, with the line', () => {
    expect(() => twice((t) => tf.mul(t, t.dataSync()[0] as number))).toThrow(
      /^compile: expected a function that stays on tensors, got a read of a value on the host at .*compile\.test\.ts:\d+:\d+\. Return the tensor/,
    );
    // The engine is as it was.
    expect(x().dataSync()[1]).toBe(2);
  });

  test('a number of JavaScript that changes', () => {
    let rate = 0.1;
    expect(() => twice((t) => tf.mul(t, (rate *= 0.5)))).toThrow(
      /got a constant of shape \[\] \(an input of Multiply\) with 0\.05\d* and then 0\.025\d* at .*compile\.test\.ts:\d+:\d+\. Pass it in as a tensor/,
    );
  });

  test('a random draw of tfjs, naming ours', () => {
    expect(() => twice((t) => tf.mul(t, tf.randomUniform([3])))).toThrow('If it is random, draw it with a key: randomUniform');
  });

  test('another kernel, attribute, shape or tensor from outside', () => {
    let calls = 0;
    expect(() => twice((t) => (calls++ % 2 ? tf.sin(t) : tf.cos(t)))).toThrow('got Cos and then Sin at');
    expect(() => twice((t) => tf.clipByValue(t, 0, calls++))).toThrow("got another 'clipValueMax' of ClipByValue: 2 and then 3");
    expect(() => twice((t) => tf.slice(t, [0], [1 + (calls++ % 2)]))).toThrow("got another 'size' of Slice: [1] and then [2]");
    expect(() => twice((t) => tf.mul(t, tf.keep(tf.scalar(2))))).toThrow('got one of shape [] that was kept');
    const outside = [tf.scalar(1), tf.scalar(1)];
    expect(() => twice((t) => tf.mul(t, outside[calls++ % 2] as tf.Tensor))).toThrow(
      'got another tensor of shape [] from outside the arguments',
    );
  });

  test('what is no tensor, and what was consumed', () => {
    const step = compile((state: { w: tf.Tensor }) => ({ w: tf.add(state.w, 1) }));
    const state = { w: tf.scalar(1) };
    const next = step(state);
    expect(next.w.arraySync()).toBe(2);
    expect(() => step(state)).toThrow(
      "expected a live tensor of shape [] at '0/w', got a disposed one. A compiled step consumes its first argument",
    );
    expect(() => step({ w: 3 as unknown as tf.Tensor })).toThrow("expected tensors as arguments, got number at '0/w'");
  });

  test('a tensor from outside that was disposed', () => {
    const outside = tf.scalar(2);
    const double = compile((t: tf.Tensor) => tf.mul(t, outside), { donate: false });
    for (let i = 0; i < 3; i++) expect(double(tf.scalar(i)).arraySync()).toBe(2 * i);
    outside.dispose();
    expect(() => double(tf.scalar(1))).toThrow(
      'expected the tensor of shape [] that the function uses from outside to live, got a disposed one.',
    );
  });

  test('nothing of many shapes, but warns of the fourth', () => {
    const warned = vi.spyOn(console, 'warn').mockReturnValue();
    const double = compile((t: tf.Tensor) => tf.mul(t, 2), { donate: false });
    for (let size = 1; size < 12; size++)
      for (let call = 0; call < 4; call++) expect(double(tf.ones([size])).arraySync()).toEqual(new Array(size).fill(2));
    expect(warned).toHaveBeenCalled();
  });
});

test('a result may be an argument, a constant, a capture, or one value twice', async () => {
  await selectBackend([cpu()]);
  const outside = tf.scalar(7);
  const f = compile((state: tf.Tensor) => {
    const double = tf.mul(state, 2);
    return [state, tf.scalar(3), outside, double, double];
  });
  let before = 0;
  for (let i = 0; i < 5; i++) {
    const out = f(tf.scalar(i));
    expect(out.map((tensor) => tensor.arraySync())).toEqual([i, 3, 7, 2 * i, 2 * i]);
    for (const tensor of new Set(out)) if (tensor !== outside) tensor.dispose();
    if (i === 3) before = tf.memory().numTensors;
  }
  expect(tf.memory().numTensors).toBe(before);
  expect(outside.arraySync()).toBe(7);
});
