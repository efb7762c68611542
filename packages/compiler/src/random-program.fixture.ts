import * as tf from '@tensorflow/tfjs-core';
import { layerNorm, rmsNorm, softmaxCrossEntropy } from '@kumiko/ops';

/** A whole number in [0, below). */
export type Random = (below: number) => number;

/** Equal seeds draw equal numbers. */
export function generator(seed: number): Random {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state % below;
  };
}

/** A function of two tensors and the shapes that it takes. */
export interface RandomProgram {
  readonly shapes: readonly [x: number[], w: number[]];
  /** A number that depends on all that the program computes. */
  run(x: tf.Tensor, w: tf.Tensor): tf.Tensor;
}

/** Results of so many times as many elements are left out, so that no program grows without bounds. */
const MOST_GROWTH = 4;

/** What a step of a program chooses from: `pick()` gives any tensor there is so far. */
interface Choice {
  readonly random: Random;
  pick(): tf.Tensor;
}

type Step = (choice: Choice) => tf.Tensor;

const one = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T;
const odds = (random: Random): boolean => random(2) === 1;
const indices = (length: number): number[] => Array.from({ length }, (_, i) => i);

function shuffled(random: Random, length: number): number[] {
  const order = indices(length);
  for (let i = length - 1; i > 0; i--) {
    const k = random(i + 1);
    [order[i], order[k]] = [order[k] as number, order[i] as number];
  }
  return order;
}

/** Some of the axes of a tensor; at least one if it has any. */
function someAxes(random: Random, { rank }: tf.Tensor): number[] {
  return shuffled(random, rank).slice(0, 1 + random(Math.max(1, rank)));
}

/** A shape of that rank with as many elements. */
function factors(random: Random, size: number, rank: number): number[] {
  const shape: number[] = [];
  let left = size;
  while (shape.length < rank - 1) {
    const divisors = indices(Math.min(left, 12)).flatMap((i) => (left % (i + 1) === 0 ? [i + 1] : []));
    const factor = one(random, divisors);
    shape.push(factor);
    left /= factor;
  }
  shape.splice(random(rank), 0, left);
  return shape;
}

/** As many elements as asked for, of whatever there is. */
function resized({ pick }: Choice, shape: number[], scale = 1): tf.Tensor {
  const [source, wanted] = [pick(), tf.util.sizeFromShape(shape)];
  const flat = tf.reshape(source, [-1]);
  const enough = wanted > source.size ? tf.tile(flat, [Math.ceil(wanted / source.size)]) : flat;
  const exactly = tf.reshape(wanted === enough.size ? enough : tf.slice(enough, [0], [wanted]), shape);
  return scale === 1 ? exactly : tf.mul(exactly, scale);
}

/** A tensor that broadcasts against another: one that fits by chance, or one made to fit. */
function partner(choice: Choice, a: tf.Tensor): tf.Tensor {
  const { random, pick } = choice;
  const b = pick();
  const fits = b.shape.every((size, i) => {
    const other = a.shape[a.rank - b.rank + i];
    return other === undefined || size === other || size === 1 || other === 1;
  });
  if (fits) return b;
  const shape = a.shape.map((size) => (random(3) === 0 ? 1 : size));
  return resized(choice, shape.slice(random(shape.length + 1)));
}

const withRank =
  (least: number, step: (a: tf.Tensor, choice: Choice) => tf.Tensor): Step =>
  (choice) => {
    const a = choice.pick();
    return step(a.rank >= least ? a : tf.reshape(a, factors(choice.random, a.size, least)), choice);
  };

const elementwise: readonly ((x: tf.Tensor) => tf.Tensor)[] = [
  tf.tanh,
  tf.sigmoid,
  tf.neg,
  tf.square,
  tf.relu,
  tf.relu6,
  tf.abs,
  tf.elu,
  tf.selu,
  tf.softplus,
  tf.sin,
  tf.erf,
  tf.clone,
  (x) => tf.exp(tf.neg(tf.abs(x))),
  (x) => tf.log1p(tf.square(x)),
  (x) => tf.sqrt(tf.add(tf.square(x), 0.5)),
  (x) => tf.rsqrt(tf.add(tf.square(x), 0.5)),
  (x) => tf.clipByValue(x, -0.5, 0.7),
  (x) => tf.leakyRelu(x, 0.1),
  (x) => tf.mul(x, tf.cast(tf.logicalAnd(tf.greater(x, -3), tf.less(x, 3)), 'float32')),
  (x) => tf.mul(x, tf.cast(tf.cast(tf.mul(tf.sigmoid(x), 8), 'int32'), 'float32')),
];

const broadcasting: readonly ((a: tf.Tensor, b: tf.Tensor) => tf.Tensor)[] = [
  tf.add,
  tf.sub,
  tf.mul,
  tf.maximum,
  tf.minimum,
  tf.squaredDifference,
  (a, b) => tf.div(a, tf.add(tf.square(b), 1)),
  (a, b) => tf.prelu(a, b),
  (a, b) => {
    const [wide, other] = [tf.add(a, tf.zerosLike(b)), tf.add(b, tf.zerosLike(a))];
    return tf.where(tf.greater(wide, 0.3), wide, other);
  },
];

const reductions: readonly ((x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor)[] = [
  tf.sum,
  tf.mean,
  tf.max,
  tf.min,
  tf.logSumExp,
  (x, axes, keepDims) => tf.prod(tf.tanh(x), axes, keepDims),
  (x, axes, keepDims) => tf.sqrt(tf.add(tf.moments(x, axes, keepDims).variance, 0.1)),
];

const movements: readonly Step[] = [
  withRank(2, (a, { random }) => tf.transpose(a, shuffled(random, a.rank))),
  withRank(1, (a, { random }) => tf.reshape(a, factors(random, a.size, 1 + random(4)))),
  withRank(1, (a, choice) => {
    const axis = choice.random(a.rank);
    const other = a.shape.map((size, i) => (i === axis ? 1 + choice.random(3) : size));
    return tf.concat(odds(choice.random) ? [a, resized(choice, other)] : [resized(choice, other), a, tf.tanh(a)], axis);
  }),
  withRank(1, (a, { random }) => {
    const begin = a.shape.map((size) => random(size));
    return tf.slice(
      a,
      begin,
      a.shape.map((size, i) => 1 + random(size - (begin[i] as number))),
    );
  }),
  withRank(1, (a, { random }) =>
    tf.pad(
      a,
      a.shape.map((): [number, number] => [random(3), random(2)]),
      random(3) / 4,
    ),
  ),
  withRank(1, (a, { random }) =>
    tf.tile(
      a,
      a.shape.map(() => 1 + random(2)),
    ),
  ),
  withRank(1, (a, { random }) => tf.reverse(a, someAxes(random, a))),
  withRank(1, (a, { random }) => {
    const strides = a.shape.map((size) => 1 + random(Math.min(3, size)));
    return tf.stridedSlice(
      a,
      a.shape.map(() => 0),
      a.shape,
      strides,
    );
  }),
  withRank(1, (a, { random }) => {
    const axis = random(a.rank);
    const length = a.shape[axis] as number;
    const shape = factors(random, 1 + random(6), 1 + random(2));
    const at = tf.tensor(
      indices(tf.util.sizeFromShape(shape)).map(() => random(length)),
      shape,
      'int32',
    );
    return tf.gather(a, at as tf.Tensor1D, axis);
  }),
  withRank(1, (given, { random }) => {
    const a = narrow(given, 16);
    return tf.stack(tf.unstack(a, random(a.rank)).toReversed(), random(a.rank));
  }),
  withRank(1, (a, { random }) => {
    const axis = random(a.rank);
    const length = a.shape[axis] as number;
    const first = random(length);
    const [before, after] = first === 0 ? [a, a] : (tf.split(a, [first, length - first], axis) as [tf.Tensor, tf.Tensor]);
    return tf.concat([tf.neg(after), before], axis);
  }),
  withRank(1, (a, { random }) => tf.cumsum(a, random(a.rank), odds(random), odds(random))),
];

const rows: readonly Step[] = [
  withRank(1, (a) => tf.softmax(a)),
  withRank(1, (a) => tf.logSoftmax(a)),
  withRank(1, (a, choice) => layerNorm(a, resized(choice, a.shape.slice(-1)), resized(choice, a.shape.slice(-1)), 0.1)),
  withRank(1, (a, choice) => rmsNorm(a, resized(choice, a.shape.slice(-1)), 0.1)),
  withRank(2, (a, { random }) => {
    const width = a.shape.at(-1) as number;
    const labels = tf.tensor(
      indices(a.size / width).map(() => random(width)),
      a.shape.slice(0, -1),
      'int32',
    );
    return softmaxCrossEntropy(a, labels);
  }),
  withRank(2, (a) =>
    tf.mul(
      a,
      tf.slice(
        tf.oneHot(tf.argMax(a, -1), 1 + (a.shape.at(-1) as number)),
        a.shape.map(() => 0),
        a.shape,
      ),
    ),
  ),
  withRank(2, (a, { random }) => {
    const depth = 2 + random(4);
    const labels = tf.tensor1d(
      indices(a.shape.at(-2) as number).map(() => random(depth)),
      'int32',
    );
    return tf.matMul(tf.oneHot(labels, depth), a, true, false);
  }),
];

/** An image with room for a window of that size. */
function image(choice: Choice, window: number): tf.Tensor4D {
  const { random, pick } = choice;
  const [channels, height, width] = [1 + random(5), window + random(6), window + random(6)];
  const batch = Math.max(1, Math.min(4, Math.floor(pick().size / (channels * height * width))));
  return resized(choice, [batch, height, width, channels]) as tf.Tensor4D;
}

/** A window of each size, strides and padding at random. */
function window(random: Random): { size: [number, number]; strides: [number, number]; padding: 'same' | 'valid'; most: number } {
  const size: [number, number] = [1 + random(4), 1 + random(4)];
  return { size, strides: [1 + random(2), 1 + random(2)], padding: odds(random) ? 'same' : 'valid', most: Math.max(...size) };
}

const windows: readonly Step[] = [
  (choice) => {
    const { size, strides, padding, most } = window(choice.random);
    const x = image(choice, most);
    const filters = 1 + choice.random(9);
    const kernel = resized(choice, [...size, x.shape[3], filters], 1 / (size[0] * size[1])) as tf.Tensor4D;
    const y = tf.conv2d(x, kernel, strides, padding);
    return odds(choice.random) ? tf.relu(tf.add(y, resized(choice, [filters]))) : y;
  },
  (choice) => {
    const { size, padding } = window(choice.random);
    const x = image(choice, 10);
    const kernel = resized(choice, [...size, x.shape[3], 3], 1 / (size[0] * size[1])) as tf.Tensor4D;
    return tf.conv2d(x, kernel, 1, padding, 'NHWC', 1 + choice.random(3));
  },
  (choice) => {
    const { size, strides, padding, most } = window(choice.random);
    const x = image(choice, most);
    // Of different strides tfjs knows no depthwise convolution.
    return tf.depthwiseConv2d(
      x,
      resized(choice, [...size, x.shape[3], 1 + choice.random(2)], 0.5) as tf.Tensor4D,
      [strides[0], strides[0]],
      padding,
    );
  },
  (choice) => {
    const { size, strides, most } = window(choice.random);
    const x = image(choice, most);
    const [batch, height, width, channels] = x.shape;
    const filter = resized(choice, [...size, 2, channels], 0.3) as tf.Tensor4D;
    return tf.conv2dTranspose(x, filter, [batch, height * strides[0], width * strides[1], 2], strides, 'same');
  },
  (choice) => {
    const { size, strides, padding, most } = window(choice.random);
    return tf.maxPool(image(choice, most), size, strides, padding);
  },
  (choice) => {
    const { size, strides, padding, most } = window(choice.random);
    return tf.avgPool(image(choice, most), size, strides, padding);
  },
  (choice) => tf.image.resizeBilinear(image(choice, 3), [2 + choice.random(6), 2 + choice.random(6)], false, odds(choice.random)),
  (choice) => {
    const x = image(choice, 2);
    const channel = (): tf.Tensor1D => resized(choice, [x.shape[3]]) as tf.Tensor1D;
    return tf.batchNorm(x, channel(), tf.add(tf.square(channel()), 0.5) as tf.Tensor1D, channel(), channel());
  },
];

/** At most so many of each dimension, so that products of what they multiply stay small. */
const narrow = (a: tf.Tensor, most: number): tf.Tensor =>
  a.shape.every((size) => size <= most)
    ? a
    : tf.slice(
        a,
        a.shape.map(() => 0),
        a.shape.map((size) => Math.min(size, most)),
      );

const products: readonly Step[] = [
  withRank(2, (given, choice) => {
    const a = narrow(given, 200);
    const { random } = choice;
    const [transposeA, transposeB] = [odds(random), odds(random)];
    const batch = a.shape.slice(0, -2);
    const inner = a.shape.at(transposeA ? -2 : -1) as number;
    const outer = 1 + random(9);
    const other = batch.map((size) => (random(3) === 0 ? 1 : size)).slice(random(batch.length + 1));
    const b = resized(choice, [...other, ...(transposeB ? [outer, inner] : [inner, outer])], 1 / Math.sqrt(inner));
    const y = tf.matMul(a, b, transposeA, transposeB);
    return odds(random) ? tf.relu(tf.add(y, resized(choice, [outer]))) : y;
  }),
  withRank(2, (given, choice) => {
    const a = narrow(given, 200);
    const inner = a.shape.at(-1) as number;
    const y = tf.matMul(tf.reshape(a, [-1, inner]), resized(choice, [inner, inner], 1 / inner));
    return tf.leakyRelu(tf.add(tf.reshape(y, a.shape), resized(choice, [inner])), 0.2);
  }),
  withRank(2, (given) => {
    const a = narrow(given, 200);
    return tf.mul(tf.matMul(tf.softmax(a), a, true, false), 1 / (a.shape.at(-2) as number));
  }),
];

/** Steps of each kind are as likely, however many there are of it. */
const kinds: readonly (readonly Step[])[] = [
  elementwise.map(
    (f): Step =>
      ({ pick }) =>
        f(pick()),
  ),
  broadcasting.map(
    (f): Step =>
      (choice) =>
        ((a) => f(a, partner(choice, a)))(choice.pick()),
  ),
  reductions.map((f) => withRank(1, (a, { random }) => f(a, someAxes(random, a), odds(random)))),
  movements,
  rows,
  windows,
  products,
];

/**
 * A random program: elementwise chains with broadcasts, reductions, movements, rows, windows and products. What it does follows from the
 * seed alone, so that every call is the same function.
 *
 * @param size about how many elements its arguments have
 */
export function randomProgram(seed: number, size: number): RandomProgram {
  const first = generator(seed);
  const shape = (): number[] => {
    const rank = 1 + first(4);
    return indices(rank).map(() => 1 + first(Math.ceil(1.5 * size ** (1 / rank))));
  };
  const shapes: [number[], number[]] = [shape(), shape()];
  const steps = 3 + first(12);
  const drawn = first(2 ** 31);
  return {
    shapes,
    run(x, w) {
      const random = generator(drawn);
      const pool = [x, w];
      const choice: Choice = { random, pick: () => one(random, pool) };
      for (let i = 0; i < steps; i++) {
        const made = one(random, one(random, kinds))(choice);
        if (made.size <= MOST_GROWTH * Math.max(size, 256)) pool.push(made);
      }
      return tf.mean(tf.addN(pool.map((tensor) => tf.mean(tf.tanh(tensor)))));
    },
  };
}
