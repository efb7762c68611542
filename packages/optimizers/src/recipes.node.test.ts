import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpu, selectBackend } from '@kumiko/backend';
import { leaves, type Transform, type Tree } from '@kumiko/core';
import * as optimizers from './index.ts';
import { trajectories } from './trajectories.fixture.ts';

beforeAll(async () => {
  await selectBackend([cpu()]);
});

/** A recipe under contract. */
interface Row {
  readonly make: (options: never) => Transform;
  /** Options that it cannot do without. */
  readonly required?: object;
  /** Its options that are numbers. */
  readonly numbers: readonly string[];
  /** Whether its state is one vector over all parameters, which knows their size and not their names. */
  readonly nameless?: boolean;
  /** Whether the learning rates of earlier steps stay in its state. */
  readonly remembersRates?: boolean;
  /** Whether parameters move without a gradient, because they decay. */
  readonly decays?: boolean;
}

const adamOptions = ['learningRate', 'beta1', 'beta2', 'epsilon'];
const recipes: Readonly<Record<string, Row>> = {
  adabelief: { make: optimizers.adabelief, numbers: adamOptions },
  adadelta: { make: optimizers.adadelta, numbers: ['learningRate', 'decay', 'epsilon'] },
  adafactor: { make: optimizers.adafactor, numbers: ['learningRate', 'decayPower', 'clipping', 'epsilon', 'minimumScale'] },
  adagrad: { make: optimizers.adagrad, numbers: ['learningRate', 'initialSum', 'epsilon'] },
  adam: { make: optimizers.adam, numbers: adamOptions },
  adamax: { make: optimizers.adamax, numbers: adamOptions },
  adamw: { make: optimizers.adamw, numbers: [...adamOptions, 'weightDecay'], decays: true },
  adan: { make: optimizers.adan, numbers: [...adamOptions, 'beta3', 'weightDecay'], decays: true },
  adopt: { make: optimizers.adopt, numbers: adamOptions },
  amsgrad: { make: optimizers.amsgrad, numbers: adamOptions },
  asgd: { make: optimizers.asgd, numbers: ['learningRate', 'decay', 'power', 'averageFrom'], decays: true },
  lamb: { make: optimizers.lamb, numbers: [...adamOptions, 'weightDecay'] },
  lars: { make: optimizers.lars, numbers: ['learningRate', 'momentum', 'trustCoefficient', 'weightDecay'], remembersRates: true },
  lbfgs: {
    make: optimizers.lbfgs,
    required: { lineSearch: 'none' },
    numbers: ['learningRate', 'historySize', 'lineSearchTrials'],
    nameless: true,
    remembersRates: true,
  },
  lion: { make: optimizers.lion, numbers: ['learningRate', 'beta1', 'beta2', 'weightDecay'] },
  muon: { make: optimizers.muon, numbers: ['learningRate', 'momentum', 'iterations', 'weightDecay', 'adamLearningRate'] },
  nadam: { make: optimizers.nadam, numbers: [...adamOptions, 'momentumDecay'] },
  nadamw: { make: optimizers.nadamw, numbers: [...adamOptions, 'momentumDecay', 'weightDecay'], decays: true },
  novograd: { make: optimizers.novograd, numbers: [...adamOptions, 'weightDecay'] },
  prodigy: { make: optimizers.prodigy, numbers: [...adamOptions, 'initialDistance'], remembersRates: true },
  radam: { make: optimizers.radam, numbers: adamOptions },
  rmsprop: { make: optimizers.rmsprop, numbers: ['learningRate', 'decay', 'epsilon', 'momentum'] },
  rprop: { make: optimizers.rprop, numbers: ['learningRate', 'decrease', 'increase', 'minimumStep', 'maximumStep'], remembersRates: true },
  scheduleFreeAdamW: { make: optimizers.scheduleFreeAdamW, numbers: [...adamOptions, 'weightDecay', 'warmupSteps'], remembersRates: true },
  sgd: { make: optimizers.sgd, required: { learningRate: 0.1, momentum: 0.9 }, numbers: ['learningRate', 'momentum', 'dampening'] },
  sm3: { make: optimizers.sm3, numbers: ['learningRate', 'momentum'] },
  sophia: { make: optimizers.sophia, numbers: ['learningRate', 'beta1', 'beta2', 'gamma', 'epsilon', 'weightDecay'], decays: true },
  yogi: { make: optimizers.yogi, numbers: [...adamOptions, 'initialSecondMoment'] },
};

function made({ make, required }: Row, options: object = {}): Transform {
  return make({ ...required, ...options } as never);
}

const numbersOf = (tree: Tree): number[] => leaves<tf.Tensor>(tree).flatMap((leaf) => [...leaf.dataSync()]);

/** The second update of one parameter. */
function second(optimizer: Transform): number[] {
  const params = { w: tf.tensor1d([1, -2]) };
  const [, state] = optimizer.update({ w: tf.tensor1d([0.5, 2]) }, optimizer.init(params), params);
  return numbersOf(optimizer.update({ w: tf.tensor1d([1, 3]) }, state, params)[0]);
}

test('every recipe has a row', () => {
  expect(new Set(trajectories.map(([, { recipe }]) => recipe))).toEqual(new Set([...Object.keys(recipes), 'sam']));
});

describe.each(Object.entries(recipes))('%s', (_name, row) => {
  test('takes a schedule for its learning rate', () => {
    const constant = second(made(row, { learningRate: 0.25 }));
    const scheduled = second(made(row, { learningRate: optimizers.constant(0.25) }));
    scheduled.forEach((value, i) => expect(value).toBeCloseTo(constant[i] as number, 6));
    // The second update is at step 1 of the schedule, which counts from 0.
    const stepped = second(made(row, { learningRate: optimizers.piecewiseConstant([4, 0.25, 8], [1, 2]) }));
    if (!row.remembersRates) stepped.forEach((value, i) => expect(value).toBeCloseTo(constant[i] as number, 6));
  });

  test.each(row.numbers)('refuses a bad %s by its name', (option) => {
    for (const bad of [NaN, -1, Infinity, -Infinity]) {
      expect(() => made(row, { [option]: bad })).toThrow(new RegExp(`: expected .*\\b${option}\\b.*, got .*${bad}`));
    }
  });

  test('names a gradient that is missing, surplus or of another shape', () => {
    const optimizer = made(row);
    const params = { w: tf.zeros([2, 3]), v: tf.scalar(0) };
    const state = optimizer.init(params);
    const before = numbersOf(state);
    const [w, v] = [tf.zeros([2, 3]), tf.scalar(1)];
    expect(() => optimizer.update({ w: tf.zeros([3]), v }, state, params)).toThrow(
      "expected trees of one structure, got [2,3] and [3] at 'w'. ",
    );
    expect(() => optimizer.update({ w: tf.zeros([4]), v }, state, params)).toThrow(
      "expected trees of one structure, got [2,3] and [4] at 'w'. ",
    );
    expect(() => optimizer.update({ w }, state, params)).toThrow(/expected .*, got .*\["w"\] at ''|, got \(w\)/);
    expect(() => optimizer.update({ w, v, u: v }, state, params)).toThrow(/expected .*, got .*\bu\b/);
    expect(numbersOf(state)).toEqual(before);
  });

  test('refuses the state of parameters of other shapes', () => {
    const optimizer = made(row);
    const params = { w: tf.zeros([2, 3]) };
    expect(() => optimizer.update(params, optimizer.init({ w: tf.zeros([1, 3]) }), params)).toThrow(/expected .*, got /);
    const renamed = (): unknown => optimizer.update(params, optimizer.init({ v: tf.zeros([2, 3]) }), params);
    if (row.nameless) expect(renamed).not.toThrow();
    else expect(renamed).toThrow(/expected .*, got /);
  });

  test('a NaN stays in its parameter, and applyIfFinite skips the step', () => {
    const params = { w: tf.tensor1d([1, 2]), v: tf.tensor1d([3]) };
    const grads = { w: tf.tensor1d([NaN, 1]), v: tf.tensor1d([0.5]) };
    const optimizer = made(row);
    const [updates, lost] = optimizer.update(grads, optimizer.init(params), params) as unknown as [typeof params, Tree];
    expect(numbersOf(updates.v).every(Number.isFinite)).toBe(true);
    // Rules that look at signs take a NaN for 0, and show it in their state.
    expect([...numbersOf(updates.w), ...numbersOf(lost)].some(Number.isNaN)).toBe(true);
    const guarded = optimizers.applyIfFinite(optimizer);
    const good = { w: tf.tensor1d([1, -1]), v: tf.tensor1d([0.5]) };
    const [, state] = guarded.update(good, guarded.init(params), params);
    const [none, after] = guarded.update(grads, state, params);
    expect(numbersOf(none)).toEqual([0, 0, 0]);
    expect(numbersOf(after.inner)).toEqual(numbersOf(state.inner));
  });

  test('leaves a frozen parameter alone, and a parameter without a gradient unless it decays', () => {
    const params = { w: tf.tensor1d([1, -2]), frozen: tf.tensor1d([4]) };
    const grads = { w: tf.zeros([2]), frozen: tf.tensor1d([3]) };
    const optimizer = optimizers.partition({ on: made(row), off: optimizers.setToZero() }, [
      [/frozen/, 'off'],
      [/./, 'on'],
    ]);
    const [updates] = optimizer.update(grads, optimizer.init(params), params) as unknown as [typeof params];
    expect(numbersOf(updates.frozen)).toEqual([0]);
    expect(numbersOf(updates.w).every((update) => update === 0)).toBe(!row.decays);
  });
});

test('applyUpdates refuses updates of other shapes', () => {
  expect(() => optimizers.applyUpdates({ w: tf.zeros([2, 3]) }, { w: tf.zeros([3]) })).toThrow(
    "applyUpdates: expected trees of one structure, got [2,3] and [3] at 'w'. ",
  );
});

test('a mask has the structure of the parameters', () => {
  const params = { dense: { kernel: tf.scalar(2), bias: tf.scalar(2) } };
  const updateOf = (mask: optimizers.ParameterMask): Tree => {
    const optimizer = optimizers.lion({ learningRate: 1, weightDecay: 0.25, mask });
    const grads = { dense: { kernel: tf.scalar(1), bias: tf.scalar(1) } };
    return optimizer.update(grads, optimizer.init(params), params)[0];
  };
  // -(sign(g) + 0.25 * 2) where it decays, else -sign(g)
  expect(numbersOf(updateOf({ dense: { bias: false, kernel: true } }))).toEqual([-1.5, -1]);
  expect(numbersOf(updateOf((name, { rank }) => name === 'dense/bias' && rank === 0))).toEqual([-1, -1.5]);
  expect(() => updateOf({ dense: true })).toThrow(
    `mapTree: expected trees of one structure, got one of ["bias","kernel"] and one of ["bias","kernel"] and a leaf at 'dense'. `,
  );
  expect(() => updateOf({ dense: { kernel: true } })).toThrow('and one of ["kernel"] at \'dense\'. ');
});

test('says what is wrong', () => {
  expect(() => optimizers.rprop({ decrease: 1 })).toThrow('rprop: expected 0 < decrease < 1 < increase < Infinity, got 1 and 1.2. ');
  expect(() => optimizers.adagrad({ initialSum: -1 })).toThrow('scaleByAdagrad: expected initialSum in [0, Infinity), got -1');
  expect(() => optimizers.adan({ beta3: 1 })).toThrow('scaleByAdan: expected beta3 in [0, 1), got 1');
  expect(() => optimizers.asgd({ power: NaN })).toThrow('asgd: expected power in [0, Infinity), got NaN');
  expect(() => optimizers.lion({ beta1: 2 })).toThrow('lion: expected beta1 in [0, 1), got 2');
  expect(() => optimizers.nadam({ momentumDecay: -1 })).toThrow('scaleByNadam: expected momentumDecay');
  expect(() => optimizers.rmsprop({ decay: 1 })).toThrow('scaleByRmsprop: expected decay in [0, 1), got 1');
  expect(() => optimizers.scheduleFreeAdamW({ beta1: 0 })).toThrow('scheduleFreeAdamW: expected beta1 in (0, 1), got 0');
  expect(() => optimizers.prodigy({ initialDistance: 0 })).toThrow('prodigy: expected initialDistance in (0, Infinity), got 0');
  expect(() => optimizers.lars({ trustCoefficient: 0 })).toThrow('scaleByLars: expected trustCoefficient in (0, Infinity), got 0');
  expect(() => optimizers.sm3({ momentum: 1 })).toThrow('scaleBySm3: expected momentum in [0, 1), got 1');
  expect(() => optimizers.adafactor({ clipping: 0 })).toThrow('adafactor: expected clipping in (0, Infinity), got 0');
  expect(() => optimizers.scaleByMuon({ iterations: 0 })).toThrow('scaleByMuon: expected iterations in 1, 2, 3, ..., got 0');
  expect(() => optimizers.muon({ matrices: () => true }).init({ b: tf.zeros([3]) })).toThrow(
    'scaleByMuon: expected matrices, got a parameter [3]. ',
  );
  expect(() => optimizers.yogi({ epsilon: 0 })).toThrow('scaleByYogi: expected epsilon in (0, Infinity), got 0');
});
