import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu, selectBackend } from '@kumiko/backend';
import { flatten, leaves, mapTree, type Transform, type Tree } from '@kumiko/core';
import { meanSquaredError } from '@kumiko/losses';
import { adamw, chain, ema, reduceOnPlateau, sam, setToZero, sgd } from '@kumiko/optimizers';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { configured, network, points, reloaded } from './adapters-contract.fixture.ts';
import { asLoss } from './as-loss.ts';
import { asOptimizer } from './as-optimizer.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

let before = 0;
const variables: tf.Variable[] = [];
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  for (const variable of variables.splice(0)) variable.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

function variable(value: number, name?: string): tf.Variable {
  const scalar = tf.scalar(value);
  const made = tf.variable(scalar, true, name);
  scalar.dispose();
  variables.push(made);
  return made;
}

function square(...list: tf.Variable[]): () => tf.Scalar {
  return () => tf.addN(list.map((one) => tf.square(one))) as tf.Scalar;
}

/** As `fit` runs its batches: what an error leaves behind is freed. */
function tidied(run: () => unknown): void {
  tf.tidy(() => void run());
}

function values(): number[] {
  return variables.map((one) => one.dataSync()[0] as number);
}

const map = (fn: (leaf: tf.Tensor) => tf.Tensor, tree: Tree): Tree => mapTree<tf.Tensor, tf.Tensor>(fn, tree);

test('takes steps of momentum: a hand case', () => {
  const x = variable(1, 'layer/x');
  const optimizer = asOptimizer(sgd({ learningRate: 0.1, momentum: 0.5 }));
  // g = 2x. Step 1: trace 2, x = 1 - 0.2 = 0.8. Step 2: trace 0.5 * 2 + 1.6 = 2.6, x = 0.8 - 0.26 = 0.54.
  const cost = optimizer.minimize(square(x), true);
  expect(cost?.dataSync()[0]).toBe(1);
  cost?.dispose();
  expect(optimizer.minimize(square(x))).toBeNull();
  expect(values()[0]).toBeCloseTo(0.54, 6);
  expect(optimizer.iterations).toBe(2);
  expect(optimizer).toBeInstanceOf(tf.Optimizer);
  optimizer.dispose();
  optimizer.dispose();
});

test('names the parameters after their variables, numbers too, and leaves alone what the loss does not reach', () => {
  const seen: string[] = [];
  const spy: Transform = {
    name: 'spy',
    init: (params) => {
      seen.push(...flatten(params).map(({ name }) => name));
      return {};
    },
    update: (grads, state) => [map((grad) => tf.mul(grad, -0.25), grads), state],
  };
  const list = [
    variable(2, 'block/dense/kernel'),
    variable(4, 'block/dense/bias'),
    variable(6, '10'),
    variable(8, '9'),
    variable(10, 'unreached'),
  ];
  asOptimizer(spy).minimize(square(...list.slice(0, 4)), false, list);
  expect(seen.toSorted()).toEqual(['10', '9', 'block/dense/bias', 'block/dense/kernel']);
  // x - 0.25 * 2x = x / 2
  expect(values()).toEqual([1, 2, 3, 4, 10]);
});

test('gives transforms the loss', () => {
  const losses: number[] = [];
  const spy: Transform = {
    name: 'spy',
    init: () => ({}),
    update: (grads, state, _params, extra) => {
      losses.push(extra?.value?.dataSync()[0] as number);
      return [grads, state];
    },
  };
  asOptimizer(spy).minimize(square(variable(3, 'x')));
  expect(losses).toEqual([9]);
});

test('evaluates the loss elsewhere for those who ask, and puts the variables back', () => {
  const [x, y] = [variable(3, 'x'), variable(4, 'y')];
  const optimizer = asOptimizer(chain([sam({ radius: 5 }), sgd({ learningRate: 0.25 })]));
  // The gradient (6, 8) has length 10; at (3, 4) + 5 (0.6, 0.8) = (6, 8) it is (12, 16), a quarter of which is taken off.
  optimizer.minimize(square(x, y));
  expect(values()).toEqual([0, 0]);
  const grad = tf.scalar(1);
  expect(() => tidied(() => optimizer.applyGradients({ x: grad, y: grad }))).toThrow('sam: expected extra.valueAndGrad, got none. ');
  const listening = asOptimizer(reduceOnPlateau());
  expect(() => tidied(() => listening.applyGradients({ x: grad }))).toThrow('reduceOnPlateau: expected extra.value, got none. ');
  expect(values()).toEqual([0, 0]);
  grad.dispose();
});

test('an evaluation that throws leaves the variables as they were', () => {
  const x = variable(3, 'x');
  const optimizer = asOptimizer(chain([sam(), sgd({ learningRate: 0.25 })]));
  let calls = 0;
  const broken = (): tf.Scalar => {
    if (++calls === 2) throw new Error('broken');
    return square(x)();
  };
  expect(() => tidied(() => optimizer.minimize(broken))).toThrow('broken');
  expect(values()).toEqual([3]);
});

test('neither running statistics nor metrics notice that a loss is evaluated again', async () => {
  const { x, y } = points(24);
  const build = () =>
    layers.sequential({
      layers: [
        layers.layers.batchNormalization({ inputShape: [2] }),
        layers.layers.dense({ units: 3, kernelInitializer: layers.initializers.glorotUniform({ seed: 3 }) }),
      ],
    });
  // The first asks for other parameters and then stays where it is, as the second does.
  const curious: Transform = {
    name: 'curious',
    init: () => ({}),
    update(grads, state, params, extra) {
      const elsewhere = extra?.valueAndGrad?.(map((leaf) => tf.add(leaf, 1), params));
      expect(elsewhere?.[0].dataSync()[0]).not.toBe(extra?.value?.dataSync()[0]);
      expect(leaves<tf.Tensor>(elsewhere?.[1] as Tree)).toHaveLength(4);
      return [map((grad) => tf.zerosLike(grad), grads), state];
    },
  };
  const before2 = tf.memory().numTensors;
  const [asking, still] = [configured(build(), curious), configured(build(), setToZero())];
  const args = { epochs: 2, batchSize: 8, shuffle: false };
  const [{ history: a }, { history: b }] = [await asking.fit(x, y, args), await still.fit(x, y, args)];
  expect(a).toEqual(b);
  const statistics = (model: layers.LayersModel) => model.getWeights().map((weight) => [...weight.dataSync()]);
  expect(statistics(asking)).toEqual(statistics(still));
  expect(statistics(asking)[2]).not.toEqual([0, 0]);
  for (const one of [asking, still]) one.dispose();
  expect(tf.memory().numTensors).toBe(before2);
  tf.dispose([x, y]);
});

test('lends the parameters to evaluate with', () => {
  const x = variable(8, 'x');
  const optimizer = asOptimizer(chain([sgd({ learningRate: 0.25 }), ema(0.5)]));
  const state = (): number => values()[0] as number;
  expect(() => optimizer.useEvalParams()).toThrow('asOptimizer: expected at least one step before useEvalParams, got none. Train first.');
  optimizer.minimize(square(x));
  // x = 8 - 16 / 4 = 4; the mean is (8 + 4) / 2.
  const giveBack = optimizer.useEvalParams();
  expect(state()).toBe(6);
  expect(() => optimizer.useEvalParams()).toThrow('expected the trained parameters before useEvalParams, got those to evaluate with. ');
  expect(() => tidied(() => optimizer.minimize(square(x)))).toThrow(
    'asOptimizer: expected the trained parameters, got those to evaluate with. Call the function that useEvalParams returned.',
  );
  giveBack();
  giveBack();
  expect(state()).toBe(4);
  optimizer.minimize(square(x));
  expect(state()).toBe(2);
  optimizer.dispose();
  const plain = asOptimizer(sgd({ learningRate: 0.5 }));
  plain.useEvalParams()();
  expect(state()).toBe(2);
});

test('a refused step changes neither variables nor state', async () => {
  let broken = false;
  const transform: Transform<{ count: tf.Tensor }> = {
    name: 'counting',
    init: () => ({ count: tf.scalar(0) }),
    update: (grads, state) => [
      map((grad) => (broken && grad.dataSync()[0] === 4 ? tf.ones([2]) : tf.mul(grad, 0)), grads),
      { count: tf.add(state.count, 1) },
    ],
  };
  const list = [variable(1, 'a'), variable(2, 'b')];
  const optimizer = asOptimizer(transform as Transform);
  optimizer.minimize(square(...list));
  broken = true;
  expect(() => tidied(() => optimizer.minimize(square(...list)))).toThrow(
    "asOptimizer: expected an update [] of 'b' from counting, got [2]. Return an update for each parameter, of its shape.",
  );
  expect(values()).toEqual([1, 2]);
  expect(optimizer.iterations).toBe(1);
  const [, state] = await optimizer.getWeights();
  expect(state?.name).toBe('optimizerState/state/count');
  expect(state?.tensor.dataSync()).toEqual(new Float32Array([1]));
  optimizer.dispose();
});

test('copies what a transform hands on: variables in its state live on', () => {
  const anchored: Transform<{ start: Tree }> = {
    name: 'anchored',
    init: (params) => ({ start: params }),
    update: (grads, state) => [map((grad) => tf.mul(grad, -0.5), grads), state],
  };
  const x = variable(3, 'x');
  const optimizer = asOptimizer(anchored as Transform);
  optimizer.minimize(square(x));
  optimizer.minimize(square(x));
  optimizer.dispose();
  expect(x.isDisposed).toBe(false);
  expect(values()).toEqual([0]);
});

test('a variable that is frozen later loses its state, one that joins is refused', async () => {
  const [a, b] = [variable(1, 'a'), variable(1, 'b')];
  const optimizer = asOptimizer(sgd({ learningRate: 0.1, momentum: 0.5 }));
  optimizer.minimize(square(a, b), false, [a, b]);
  optimizer.minimize(square(a, b), false, [a]);
  // a as in the hand case above, b after its first step.
  expect(values()[0]).toBeCloseTo(0.54, 6);
  expect(values()[1]).toBeCloseTo(0.8, 6);
  expect((await optimizer.getWeights()).map(({ name }) => name)).toEqual(['optimizerState/iter', 'optimizerState/state/trace/trace/a']);
  expect(() => tidied(() => optimizer.minimize(square(a, b), false, [a, b]))).toThrow(
    "asOptimizer: expected the variables that training began with, got 'b' too. After layers are made trainable, compile the model with a new optimizer.",
  );
  optimizer.dispose();
});

test('continues from saved weights', async () => {
  const x = variable(1, 'x');
  const [first, second] = [asOptimizer(adamw({ learningRate: 0.1 })), asOptimizer(adamw({ learningRate: 0.1 }))];
  for (let step = 0; step < 3; step++) first.minimize(square(x));
  await second.setWeights(await first.getWeights());
  expect(second.iterations).toBe(3);
  const at = tf.clone(x);
  first.minimize(square(x));
  const [expected] = values();
  x.assign(at);
  second.minimize(square(x));
  expect(values()).toEqual([expected]);
  // Adam's first step is of the size of the learning rate; the fourth of a run is not.
  expect(Math.abs((at.dataSync()[0] as number) - (expected as number) - 0.1)).toBeGreaterThan(1e-4);
  for (const one of [at, first, second]) one.dispose();
});

test('refuses a saved state that does not fit, and changes nothing', async () => {
  const [x, y] = [variable(1, 'x'), variable(1, 'y')];
  const [first, second] = [asOptimizer(sgd({ learningRate: 0.1, momentum: 0.5 })), asOptimizer(sgd({ learningRate: 0.1, momentum: 0.5 }))];
  first.minimize(square(x));
  await second.setWeights(await first.getWeights());
  expect(() => tidied(() => second.minimize(square(y), false, [y]))).toThrow(
    "asOptimizer: expected 'trace/trace/y' in the saved state, got 'trace/trace/x'. Pass the transform",
  );
  expect(values()[1]).toBe(1);
  const other = tf.scalar(1);
  await expect(second.setWeights([{ name: 'iter', tensor: other }])).rejects.toThrow(
    "asOptimizer: expected the weights of such an optimizer, got 'iter' first. Pass what getWeights() returned.",
  );
  for (const one of [other, first, second]) one.dispose();
});

test('refuses what is no transform, variables that are not there, and names inside of names', () => {
  expect(() => asOptimizer(undefined as never)).toThrow('asOptimizer: expected a transform, got undefined. Pass for example adamw()');
  const optimizer = asOptimizer(sgd({ learningRate: 0.1 }));
  const grad = tf.scalar(1);
  expect(() => optimizer.applyGradients({ nowhere: grad })).toThrow(
    "asOptimizer: expected gradients of variables that exist, got one of 'nowhere'. Pass gradients by the names of variables.",
  );
  grad.dispose();
  const nested = [variable(1, 'a'), variable(2, 'a/b')];
  expect(() => tidied(() => optimizer.minimize(square(...nested)))).toThrow(
    "expected names of variables none of which lies inside another, got 'a/b' beside such a one. Rename the layer or the variable.",
  );
  expect(values()).toEqual([1, 2]);
});

test('works in a plain model.compile, frozen layers stay, and the state outlives fit', async () => {
  const model = network();
  const [first, second] = model.layers as [layers.layers.Layer, layers.layers.Layer];
  first.trainable = false;
  const optimizer = asOptimizer(adamw());
  model.compile({ optimizer, loss: asLoss(meanSquaredError) });
  const numbers = (layer: layers.layers.Layer) => layer.getWeights().map((weight) => [...weight.dataSync()]);
  const [frozen, free] = [numbers(first), numbers(second)];
  const x = tf.ones([8, 2]);
  const y = tf.ones([8, 3]);
  await model.fit(x, y, { epochs: 2, batchSize: 4 });
  expect(numbers(first)).toEqual(frozen);
  expect(numbers(second)).not.toEqual(free);
  // step, and two moments of two variables, besides the count
  expect(await optimizer.getWeights()).toHaveLength(6);
  for (const one of [x, y, optimizer, model]) one.dispose();
});

test('a loaded optimizer waits for the transform that it was saved with', async () => {
  const { x, y } = points(8);
  const model = configured(network());
  await model.fit(x, y);
  const loaded = await reloaded(model);
  await expect(loaded.optimizer.getWeights()).resolves.toHaveLength((await model.optimizer.getWeights()).length);
  expect(() => loaded.optimizer.applyGradients({})).toThrow(
    "asOptimizer: expected a transform, got the 'adamw' of a loaded model. Pass it to configureModel, or to asOptimizer with { model }.",
  );
  expect(() => asOptimizer(sgd({ learningRate: 0.1 }), { model: loaded })).toThrow(
    "asOptimizer: expected the transform 'adamw' that the model was saved with, got 'sgd'. Pass that one, or load the model without its optimizer.",
  );
  const optimizer = asOptimizer(adamw(), { model: loaded });
  expect(optimizer.iterations).toBe(1);
  for (const one of [x, y, optimizer, loaded.optimizer, loaded, model]) one.dispose();
});
