import * as tf from '@tensorflow/tfjs-core';
import { check } from '@kumiko/core';
import { nestedGradients } from './nested-gradients.ts';
import { registerOwnKernel } from './own-kernels.ts';
import { findWasmHost } from './wasm-host.ts';

/** Attributes of an op: what is not a tensor. */
export type OpAttributes = Readonly<Record<string, tf.Attribute>>;

/** The gradient of an op: from the output's cotangent, the inputs and the attributes to the inputs' cotangents. */
export type OpGradient<I extends string, A extends OpAttributes> = (
  dy: tf.Tensor,
  inputs: Record<I, tf.Tensor>,
  attributes: A,
) => Partial<Record<I, () => tf.Tensor>>;

/** What makes an op. */
export interface OpDefinition<I extends string, A extends OpAttributes> {
  /** PascalCase; the kernels carry it with the prefix `Kumiko`. */
  readonly name: string;
  /** Names of the tensor inputs, in order. */
  readonly inputs: readonly I[];
  /** Plain tfjs ops: the truth of every test, the body on backends without a kernel, and the default gradient. */
  reference(inputs: Record<I, tf.Tensor>, attributes: A): tf.Tensor;
  /** Faster bodies, by backend name. */
  readonly kernels?: Readonly<Record<string, tf.KernelFunc>>;
  /** A faster gradient than the reference's, or `none` for an op without one. */
  readonly gradient?: OpGradient<I, A> | 'none';
}

/**
 * An op from a plain reference plus kernels for the backends that have a faster body. The gradient is the reference's unless one is given.
 * On a wasm backend that TensorFlow.js started, and not `wasm()`, the reference runs.
 * Pure at import: kernels and gradient are registered at the first call.
 *
 * @throws KumikoError at the first call, when the name is not PascalCase
 * @example
 * const square = defineOp({ name: 'ExampleSquare', inputs: ['x'], reference: ({ x }) => tf.mul(x, x) });
 * square({ x: tf.scalar(3) }, {}); // 9
 */
export function defineOp<const I extends string, A extends OpAttributes = Record<string, never>>(
  definition: OpDefinition<I, A>,
): (inputs: Record<I, tf.Tensor>, attributes: A) => tf.Tensor {
  const kernelName = `Kumiko${definition.name}`;
  const kernels = definition.kernels ?? {};
  let registered = false;
  const register = (): void => {
    registered = true;
    check(
      /^[A-Z][A-Za-z0-9]*$/.test(definition.name),
      'defineOp',
      () => `expected a PascalCase name, got '${definition.name}'. Rename the op.`,
    );
    for (const [backendName, kernelFunc] of Object.entries(kernels)) registerOwnKernel({ kernelName, backendName, kernelFunc });
    if (tf.getGradient(kernelName) === undefined) tf.registerGradient(gradientOf(kernelName, definition));
  };
  return (inputs, attributes) => {
    if (!registered) register();
    if (!Object.hasOwn(kernels, tf.getBackend()) || isStockWasm()) return definition.reference(inputs, attributes);
    return tf.engine().runKernel(kernelName, inputs as tf.NamedTensorMap, attributes as tf.NamedAttrMap) as tf.Tensor;
  };
}

/** Whether kernels for `wasm` cannot run, because TensorFlow.js started that backend: it has no host. */
function isStockWasm(): boolean {
  return tf.getBackend() === 'wasm' && findWasmHost(tf.backend()) === undefined;
}

function gradientOf<I extends string, A extends OpAttributes>(kernelName: string, definition: OpDefinition<I, A>): tf.GradConfig {
  const { inputs: names, gradient } = definition;
  const record = (tensors: tf.Tensor[]): Record<I, tf.Tensor> =>
    Object.fromEntries(names.map((name, i) => [name, tensors[i]])) as Record<I, tf.Tensor>;
  if (gradient === 'none') return { kernelName, gradFunc: () => ({}) };
  return {
    kernelName,
    inputsToSave: [...names],
    gradFunc(dy, saved, attributes) {
      if (gradient !== undefined)
        return gradient(dy as tf.Tensor, record(saved), attributes as unknown as A) as Record<string, () => tf.Tensor>;
      const gradients = nestedGradients((...xs) => definition.reference(record(xs), attributes as unknown as A), saved, dy as tf.Tensor);
      return Object.fromEntries(names.map((name, i) => [name, () => gradients[i] as tf.Tensor]));
    },
  };
}
