import * as tf from '@tensorflow/tfjs-core';
import {
  check,
  foldIn,
  formatShape,
  leaves,
  mapTree,
  ShapeLeaf,
  shapeOf,
  type Key,
  type LayerContext,
  type ShapeTree,
  type Tree,
} from '@kumiko/core';
import { dropoutMask, foldInTensor } from '@kumiko/ops';
import { glorotUniform } from '../initializers/glorot-uniform.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { orthogonal } from '../initializers/orthogonal.ts';
import { zeros } from '../initializers/zeros.ts';
import type { MaskedSequence } from '../recurrent/masked-sequence.ts';
import type { RecurrentLayer } from '../recurrent/recurrent-layer.ts';
import type { RecurrentOptions } from '../recurrent/recurrent-options.ts';
import { scan } from '../recurrent/scan.ts';
import { checkPositiveInteger } from './check-positive-integer.ts';
import { singleShape } from './single-shape.ts';

/** The hidden state, under `hidden`, and whatever else a cell hands on. */
export type Carry = { readonly hidden: tf.Tensor; readonly [name: string]: tf.Tensor };

/** Parameters of a recurrent layer: kernels `[features, gates * units]` and `[units, gates * units]`. */
export interface RecurrentParams {
  readonly kernel: tf.Tensor2D;
  readonly recurrentKernel: tf.Tensor2D;
  readonly bias?: tf.Tensor;
}

/** What tells one kind of recurrent layer from another. */
export interface RecurrentCell {
  readonly name: string;
  /** Vectors of `units` numbers that a step computes from its input. */
  readonly gates: number;
  /** Shape of the bias, and its first values where the options name none. */
  readonly bias: { readonly shape: readonly number[]; readonly initializer?: Initializer };
  /** What the carry holds. */
  readonly carries: readonly string[];
  /** The part of the bias that is added to the product with the input, for all steps at once. */
  inputBias(bias: tf.Tensor): tf.Tensor;
  /** A step, from the input's product `[batch, gates * units]`; `seen` is the hidden state as the recurrent product sees it. */
  step(params: RecurrentParams, carry: Carry, input: tf.Tensor, seen: tf.Tensor): Carry;
}

interface Step extends Record<string, tf.Tensor> {
  readonly input: tf.Tensor;
}

const AXES = ['batch', 'steps', 'features'];

/** The shapes of values and, if there is one, of the mask. */
function sequenceShapes(name: string, input: ShapeTree): { values: ShapeLeaf; mask?: ShapeLeaf } {
  const isRecord = !(input instanceof ShapeLeaf) && !Array.isArray(input) && 'values' in input && 'mask' in input;
  if (!isRecord) return { values: singleShape(name, input, AXES) };
  const record = input as { readonly values: ShapeTree; readonly mask: ShapeTree };
  return { values: singleShape(name, record.values, AXES), mask: singleShape(name, record.mask, ['batch', 'steps']) };
}

/** A layer that runs a cell over the steps of sequences. */
export function recurrentLayer(cell: RecurrentCell, options: RecurrentOptions): RecurrentLayer {
  const { units, returnSequences = false, goBackwards = false, useBias = true, name = cell.name } = options;
  const { dropout = 0, recurrentDropout = 0 } = options;
  const { kernelInitializer = glorotUniform, recurrentInitializer = orthogonal() } = options;
  const biasInitializer = options.biasInitializer ?? cell.bias.initializer ?? zeros;
  checkPositiveInteger(name, 'units', units);
  for (const [option, rate] of Object.entries({ dropout, recurrentDropout })) {
    check(rate >= 0 && rate < 1, name, () => `expected ${option} in [0, 1), got ${rate}. Pass for example 0.2.`);
  }

  function firstCarry(batch: number, cache: Tree | undefined): Carry {
    if (cache === undefined) return Object.fromEntries(cell.carries.map((one) => [one, tf.zeros([batch, units])])) as Carry;
    const shapes = leaves<tf.Tensor>(cache).map(({ shape }) => formatShape(shape));
    check(
      shapes.length === cell.carries.length && shapes.every((shape) => shape === formatShape([batch, units])),
      name,
      () =>
        `expected a cache of ${cell.carries.length} tensors [${batch},${units}], got ${shapes.join(' ')}. Pass the cache of a call with as many sequences.`,
    );
    return cache as Carry;
  }

  /** The new carry where the mask is 1, the old one where it is 0. */
  const choose = (mask: tf.Tensor, next: Carry, carry: Carry): Carry =>
    mapTree((a: tf.Tensor, b: tf.Tensor) => tf.add(tf.mul(mask, a), tf.mul(tf.sub(1, mask), b)), next, carry) as Carry;

  return {
    name,
    init(key: Key, input: ShapeTree) {
      const { values, mask } = sequenceShapes(name, input);
      const [batch, steps, features] = values.shape as [number, number, number];
      const kernel = kernelInitializer(foldIn(key, 'kernel'), [features, cell.gates * units]);
      const recurrentKernel = recurrentInitializer(foldIn(key, 'recurrentKernel'), [units, cell.gates * units]);
      const params = { kernel, recurrentKernel, ...(useBias && { bias: biasInitializer(foldIn(key, 'bias'), cell.bias.shape) }) };
      const sequences = shapeOf([batch, steps, units]);
      const output = returnSequences ? (mask ? { values: sequences, mask } : sequences) : shapeOf([batch, units]);
      return { params, state: {}, output };
    },
    apply(
      { params, state }: { params: Tree; state: Tree },
      x: tf.Tensor | MaskedSequence,
      { training, key, cache }: LayerContext,
    ): [never, { state: Tree; cache: Tree }] {
      const own = params as unknown as RecurrentParams;
      const { values, mask } = x instanceof tf.Tensor ? { values: x, mask: undefined } : x;
      const [features] = own.kernel.shape;
      check(
        values.rank === 3 && values.shape[2] === features,
        name,
        () => `expected input [batch,steps,${features}], got ${formatShape(values.shape)}. Pass inputs of the shape that init was given.`,
      );
      const [batch, steps] = values.shape as [number, number, number];
      const maskOf = (rate: number, use: number, shape: number[]): tf.Tensor | undefined => {
        if (!training || rate === 0) return undefined;
        check(key !== undefined, name, () => 'expected a key in training, got none. Pass { training: true, key }; a training step does.');
        return dropoutMask(foldInTensor(key, use), shape, rate);
      };
      const inputMask = maskOf(dropout, 0, [batch, 1, features]);
      const hiddenMask = maskOf(recurrentDropout, 1, [batch, units]);
      const kept = inputMask ? tf.mul(values, inputMask) : values;
      const product = tf.matMul(tf.reshape(kept, [batch * steps, features]) as tf.Tensor2D, own.kernel);
      const biased = own.bias ? tf.add(product, cell.inputBias(own.bias)) : product;
      const input = tf.transpose(tf.reshape(biased, [batch, steps, -1]), [1, 0, 2]);
      const counts = mask && tf.expandDims(tf.transpose(tf.cast(mask, 'float32')), -1);
      const step = (carry: Carry, at: Step): [Carry, tf.Tensor] => {
        const next = cell.step(own, carry, at.input, hiddenMask ? tf.mul(carry.hidden, hiddenMask) : carry.hidden);
        const counted = at['counts'];
        return counted ? [choose(counted, next, carry), tf.mul(counted, next.hidden)] : [next, next.hidden];
      };
      const xs: Step = { input, ...(counts && { counts }) };
      const [carry, outputs] = scan<Carry, Step, tf.Tensor>(step, firstCarry(batch, cache), xs, { reverse: goBackwards });
      const sequences = returnSequences ? tf.transpose(outputs, [1, 0, 2]) : carry.hidden;
      return [(returnSequences && mask ? { values: sequences, mask } : sequences) as never, { state, cache: carry }];
    },
    flops({ input, params }) {
      const { kernel, recurrentKernel } = params as unknown as RecurrentParams;
      const [batch, steps] = sequenceShapes(name, input).values.shape as [number, number];
      return 2 * batch * steps * (kernel.size + recurrentKernel.size);
    },
  };
}
