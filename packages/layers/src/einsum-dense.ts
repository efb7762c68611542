import * as tf from '@tensorflow/tfjs-core';
import { check, foldIn, formatShape, shapeOf, type Shape, type Tree } from '@kumiko/core';
import type { Activation } from './activation.ts';
import type { CountedLayer } from './counted-layer.ts';
import { glorotUniform } from './initializers/glorot-uniform.ts';
import type { Initializer } from './initializers/initializer.ts';
import { zeros } from './initializers/zeros.ts';
import { singleShape } from './internal/single-shape.ts';

/** Options of {@link einsumDense}. */
export interface EinsumDenseOptions {
  /** `input,kernel->output`, a letter an axis; the batch is the first letter of input and output. */
  readonly equation: string;
  /** Sizes of the output's axes behind the batch; those of axes that the input has are checked. */
  readonly outputShape: readonly number[];
  /** The letters of the output that the bias has; the axes between and behind them get size 1. Default: none, no bias. */
  readonly biasAxes?: string;
  /** Applied to the result. Default: none. */
  readonly activation?: Activation;
  /** First values of the kernel. Default: {@link glorotUniform}. */
  readonly kernelInitializer?: Initializer;
  /** First values of the bias. Default: {@link zeros}. */
  readonly biasInitializer?: Initializer;
  /** Name of the layer. Default: `'einsumDense'`. */
  readonly name?: string;
}

/** Parameters of {@link einsumDense}. */
interface EinsumDenseParams {
  readonly kernel: tf.Tensor;
  readonly bias?: tf.Tensor;
}

/** The letters of an equation's three parts. */
interface EquationParts {
  readonly input: readonly string[];
  readonly kernel: readonly string[];
  readonly output: readonly string[];
}

function partsOf(name: string, equation: string): EquationParts {
  const [, ...texts] = /^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)$/.exec(equation) ?? [];
  const [input = [], kernel = [], output = []] = texts.map((text) => text.split(''));
  const [batch = ''] = output;
  const repeats = (letters: readonly string[]): boolean => new Set(letters).size < letters.length;
  check(
    batch !== '' && input[0] === batch && !kernel.includes(batch) && ![input, kernel, output].some(repeats),
    name,
    () =>
      `expected an equation 'input,kernel->output' whose first letter of input and output is the batch, got '${equation}'. Pass for example 'abc,cd->abd'.`,
  );
  check(
    output.every((letter) => input.includes(letter) || kernel.includes(letter)) &&
      kernel.every((letter) => input.includes(letter) || output.includes(letter)),
    name,
    () =>
      `expected every letter of output and kernel to stand in another part too, got '${equation}'. Name the axes that are summed in input and kernel.`,
  );
  return { input, kernel, output };
}

/**
 * A dense layer over any axes: `y = activation(einsum(equation, x, kernel) + bias)`.
 *
 * Parameters: `kernel` float32 with the axes of the equation's second part, `bias` float32 with the axes from the first of `biasAxes` on.
 *
 * @param options `equation` and `outputShape` are required
 * @returns a layer of the equation's input to its output
 * @throws KumikoError when the equation is none; `init` when the shapes do not fit it
 * @example
 * // Of each position of a sequence, 4 heads of 8 features.
 * const layer = einsumDense({ equation: 'btf,fhd->bthd', outputShape: [10, 4, 8], biasAxes: 'hd' });
 * layer.init(key(0), shapeOf([2, 10, 32])).output; // shapeOf([2, 10, 4, 8])
 * @see keras.layers.EinsumDense
 */
export function einsumDense(options: EinsumDenseOptions): CountedLayer<tf.Tensor, tf.Tensor> {
  const { equation, outputShape, activation, name = 'einsumDense' } = options;
  const { kernelInitializer = glorotUniform, biasInitializer = zeros } = options;
  const parts = partsOf(name, equation);
  const biasAxes = (options.biasAxes ?? '').split('');
  check(
    outputShape.length === parts.output.length - 1,
    name,
    () =>
      `expected outputShape to have ${parts.output.length - 1} sizes, got ${formatShape(outputShape)}. Give one for each axis behind the batch.`,
  );
  check(
    biasAxes.every((letter) => parts.output.indexOf(letter) > 0),
    name,
    () =>
      `expected biasAxes to be axes of the output behind the batch, got '${biasAxes.join('')}'. Choose letters of '${parts.output.slice(1).join('')}'.`,
  );

  /** The size of every letter. */
  function sizesOf(shape: Shape): Map<string, number> {
    const sizes = new Map(parts.input.map((letter, axis) => [letter, shape[axis] as number]));
    for (const [axis, letter] of parts.output.slice(1).entries()) {
      const size = outputShape[axis] as number;
      check(
        (sizes.get(letter) ?? size) === size,
        name,
        () =>
          `expected axis '${letter}' to have one size, got ${sizes.get(letter)} in the input and ${size} in outputShape. Make them equal.`,
      );
      sizes.set(letter, size);
    }
    return sizes;
  }

  return {
    name,
    init(key, input) {
      const { shape } = singleShape(name, input, parts.input);
      const sizes = sizesOf(shape);
      const shapeFor = (letters: readonly string[]): number[] => letters.map((letter) => sizes.get(letter) as number);
      const kernel = kernelInitializer(foldIn(key, 'kernel'), shapeFor(parts.kernel));
      const output = shapeOf(shapeFor(parts.output));
      if (biasAxes.length === 0) return { params: { kernel }, state: {}, output };
      const axes = parts.output.slice(Math.min(...biasAxes.map((letter) => parts.output.indexOf(letter))));
      const biasShape = axes.map((letter) => (biasAxes.includes(letter) ? (sizes.get(letter) as number) : 1));
      return { params: { kernel, bias: biasInitializer(foldIn(key, 'bias'), biasShape) }, state: {}, output };
    },
    apply({ params, state }, x): [tf.Tensor, { state: Tree }] {
      const { kernel, bias } = params as unknown as EinsumDenseParams;
      check(
        x.rank === parts.input.length,
        name,
        () => `expected input [${parts.input.join(',')}], got ${formatShape(x.shape)}. Pass inputs of the shape that init was given.`,
      );
      const product = tf.einsum(equation, x, kernel);
      const y = bias ? tf.add(product, bias) : product;
      return [activation ? activation(y) : y, { state }];
    },
    flops({ input }) {
      const sizes = sizesOf(singleShape(name, input).shape);
      return 2 * [...sizes.values()].reduce((product, size) => product * size, 1);
    },
  };
}
