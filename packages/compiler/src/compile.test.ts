import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend, wasmHost } from '@kumiko/backend';
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

  test('within a gradient and within another compiled function it is what it was made of', () => {
    const square = compile((x: tf.Tensor) => tf.square(x), { donate: false });
    const twice = compile((x: tf.Tensor) => tf.tidy(() => tf.add(square(x), square(x))), { donate: false });
    const x = tf.scalar(3);
    for (let i = 0; i < 5; i++) {
      expect(square(x).dataSync()[0]).toBe(9);
      expect(
        tf
          .grad((at) => square(at))(x)
          .dataSync()[0],
      ).toBe(6);
      expect(twice(x).dataSync()[0]).toBe(18);
    }
    square.dispose();
    twice.dispose();
  });

  test('a training step gives what the eager one gives, and leaves nothing behind', () => {
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
    // Fused kernels on wasm compute exponentials of few elements with vectors, where the eager kernel takes tfjs' own body.
    const near = (x: number): unknown => (name === 'cpu' ? x : expect.closeTo(x, 6));
    expect(b.bits).toEqual(a.bits.map(near));
    expect(b.losses).toEqual(a.losses.map(near));
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
});

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

  test('slots that the function makes for itself in its first call', () => {
    let slot: tf.Tensor | undefined;
    const step = compile((t: tf.Tensor) => {
      slot = slot === undefined ? tf.keep(tf.zerosLike(t)) : slot;
      return tf.add(t, slot);
    });
    expect(() => step(x())).toThrow(
      /got one of shape \[3\] that was kept \(made at .*compile\.test\.ts:\d+:\d+\)\. Return what lasts between calls as state/,
    );
  });

  test('what is no tensor, and what was consumed', () => {
    const step = compile((state: { w: tf.Tensor }) => ({ w: tf.add(state.w, 1) }));
    const state = { w: tf.scalar(1) };
    const next = step(state);
    expect(next.w.arraySync()).toBe(2);
    expect(() => step(state)).toThrow(
      "expected a live tensor of shape [] at '0/w', got state that a compiled step has consumed: it donates its first argument. Use the state",
    );
    next.w.dispose();
    expect(() => step(next)).toThrow("expected a live tensor of shape [] at '0/w', got a disposed one. Dispose it after the call.");
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

test('results may be kept, and a program ends with its backend', async () => {
  const double = compile((x: tf.Tensor) => tf.mul(x, 2), { donate: false });
  for (const threads of [1, 2]) {
    const backend = await selectBackend([wasm({ threads })]);
    const kept = Array.from({ length: 12 }, (_, i) => tf.tidy(() => double(tf.scalar(i))));
    expect(kept.map((tensor) => tensor.arraySync())).toEqual(kept.map((_, i) => 2 * i));
    tf.dispose(kept);
    await backend.dispose();
  }
  await selectBackend([cpu()]);
  expect(double(tf.scalar(4)).arraySync()).toBe(8);
  double.dispose();
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

describe('state on wasm', () => {
  beforeAll(async () => {
    await selectBackend([wasm({ threads: 2 })]);
  });

  type State = { w: tf.Tensor; v: tf.Tensor };
  const advance = ({ w, v }: State, x: tf.Tensor): [State, tf.Tensor] => {
    const next = tf.add(tf.mul(v, 0.5), x);
    return [{ w: tf.sub(w, next), v: next }, tf.sum(w)];
  };
  const fresh = (): State => ({ w: tf.range(0, 100), v: tf.linspace(-1, 1, 100) });
  const x = (): tf.Tensor => tf.linspace(0, 3, 100);
  /** Runs some steps; `before` sees the state ahead of each, and may put another one in its place. */
  const run = (step: typeof advance, steps: number, before: (state: State, i: number) => State = (state) => state): number[] => {
    let state = fresh();
    const sums: number[] = [];
    for (let i = 0; i < steps; i++) {
      const batch = x();
      const given = before(state, i);
      const [next, sum] = step(given, batch);
      sums.push(...sum.dataSync());
      tf.dispose([batch, sum]);
      state = next;
    }
    const all = [...sums, ...values(state as unknown as Tree)];
    tf.dispose(state as unknown as tf.TensorContainer);
    return all;
  };
  const makeStep = (): typeof advance & { dispose(): void; explain: ReturnType<typeof compile>['explain'] } =>
    compile(advance as never) as never;
  const eager = (before?: (state: State, i: number) => State): number[] => tf.tidy(() => run(advance, 7, before));

  test('is updated in place: the same memory from call to call, and no more of it', () => {
    const step = makeStep();
    const host = wasmHost(tf.backend());
    const alloc = vi.spyOn(tf.backend() as unknown as { makeOutput(): unknown }, 'makeOutput');
    const places: number[] = [];
    const made: number[] = [];
    const memory: unknown[] = [];
    const got = run(step, 7, (state, i) => {
      if (i > 3) places.push(host.pointer(state.w.dataId), host.pointer(state.v.dataId));
      made.push(alloc.mock.calls.length);
      memory.push({ ...tf.memory(), heap: host.memory.buffer.byteLength });
      return state;
    });
    expect(got).toEqual(eager());
    expect(new Set(places).size).toBe(2);
    // Neither tensors nor memory: the batch, made by a kernel of the test, is all.
    expect(new Set(memory.slice(4).map((entry) => JSON.stringify(entry))).size).toBe(1);
    expect(step.explain()?.native).toMatchObject({ walks: 1, fallbacks: {}, inPlaceBytes: 800 });
    alloc.mockRestore();
    step.dispose();
  });

  test('that somebody else holds stays as it is: a reshape, a clone, `best = params`', () => {
    const step = makeStep();
    const kept: tf.Tensor[] = [];
    const before = (state: State, i: number): State => {
      if (i >= 3) kept.push(i % 2 ? tf.reshape(state.w, [10, 10]) : tf.clone(state.w));
      return state;
    };
    expect(run(step, 7, before)).toEqual(eager());
    const expected = tf.tidy(() => {
      const seen: number[][] = [];
      run(advance, 7, (state, i) => {
        if (i >= 3) seen.push([...state.w.dataSync()]);
        return state;
      });
      return seen;
    });
    expect(kept.map((tensor) => [...tensor.dataSync()])).toEqual(expected);
    tf.dispose(kept);
    step.dispose();
  });

  test('that is there under two names, or is the batch too, is whole', () => {
    const step = makeStep();
    const same = ({ w, v }: State): State => {
      v.dispose();
      return { w, v: w };
    };
    const sameEager = ({ w }: State): State => ({ w, v: w });
    expect(run(step, 7, same)).toEqual(eager(sameEager));

    const feed = (f: typeof advance): number[] => {
      let state = fresh();
      const all: number[] = [];
      for (let i = 0; i < 6; i++) {
        const [next, sum] = f(state, state.w);
        all.push(...sum.dataSync(), ...values(next as unknown as Tree));
        state = next;
      }
      return all;
    };
    expect(feed(step)).toEqual(feed(advance));
    step.dispose();
  });

  test('that trades places, or goes through, is whole', () => {
    const trade = (f: (state: State, x: tf.Tensor) => State): number[] => {
      let state = fresh();
      for (let i = 0; i < 6; i++) state = f(state, tf.scalar(i));
      return values(state as unknown as Tree);
    };
    for (const f of [
      ({ w, v }: State): State => ({ w: v, v: w }),
      ({ w, v }: State, t: tf.Tensor): State => ({ w: tf.add(v, t), v: tf.sub(w, t) }),
      ({ w, v }: State): State => ({ w, v: tf.add(w, v) }),
      ({ w }: State, t: tf.Tensor): State => ((made) => ({ w: made, v: made }))(tf.mul(w, t)),
      ({ w, v }: State): State => ({ w: tf.reshape(tf.reverse(tf.reshape(w, [10, 10]), 0), [100]), v: tf.cumsum(v) }),
    ]) {
      const step = compile(f as never) as unknown as typeof f & { dispose(): void };
      expect(trade(step)).toEqual(trade(f));
      step.dispose();
    }
  });

  test('of variables is updated in place, unless somebody holds it', () => {
    const train = (compiled: boolean): number[] => {
      const w = tf.variable(tf.range(0, 64));
      const step = (): tf.Tensor => {
        w.assign(tf.mul(w, 0.5));
        return tf.sum(w);
      };
      const call = compiled ? compile(step) : step;
      const seen: number[] = [];
      for (let i = 0; i < 7; i++) {
        const held = i === 5 ? tf.clone(w) : undefined;
        const sum = call();
        seen.push(...sum.dataSync(), ...w.dataSync(), ...(held?.dataSync() ?? []));
        tf.dispose(held === undefined ? [sum] : [sum, held]);
      }
      w.dispose();
      return seen;
    };
    expect(train(true)).toEqual(train(false));
  });

  test('that a kernel of tfjs packed before is packed anew', () => {
    const image = tf.reshape(tf.linspace(0, 1, 36), [1, 6, 6, 1]) as tf.Tensor4D;
    const step = compile((filter: tf.Tensor) => tf.mul(filter, -2));
    let filter: tf.Tensor = tf.ones([2, 2, 1, 1]);
    for (let i = 0; i < 6; i++) {
      const [value] = tf.tidy(() => tf.conv2d(image, filter as tf.Tensor4D, 1, 'valid')).dataSync();
      expect(value).toBeCloseTo((-2) ** i * (14 / 35), 4);
      filter = step(filter);
    }
    step.dispose();
  });
});
