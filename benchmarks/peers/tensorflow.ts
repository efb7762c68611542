import * as tf from '@tensorflow/tfjs-core';
import { inputValues } from '../input-values.ts';
import type { Prepared } from '../peer.ts';
import type { Attributes, InputSpec, SweepRow } from '../sweep-row.ts';
import { compositions } from './compositions.ts';

type Outputs = tf.Tensor | tf.Tensor[];

function runKernel(kernel: string, inputs: Readonly<Record<string, tf.Tensor>> | readonly tf.Tensor[], attrs: Attributes): Outputs {
  return tf.engine().runKernel(kernel, inputs as tf.NamedTensorMap, attrs as tf.NamedAttrMap) as Outputs;
}

function first(outputs: Outputs): tf.Tensor {
  return Array.isArray(outputs) ? outputs[0]! : outputs;
}

function buildInputs(inputs: SweepRow['inputs']): Record<string, tf.Tensor> | tf.Tensor[] {
  const build = (spec: InputSpec, seed: number): tf.Tensor => tf.tensor(inputValues(spec, seed), [...spec.shape], spec.dtype ?? 'float32');
  if (Array.isArray(inputs)) return (inputs as readonly InputSpec[]).map(build);
  const built: Record<string, tf.Tensor> = {};
  Object.entries(inputs as Readonly<Record<string, InputSpec>>).forEach(([name, spec], seed) => {
    if (spec.output === undefined) {
      built[name] = build(spec, seed);
    } else {
      const { kernel, inputs: names, attrs } = spec.output;
      built[name] = first(runKernel(kernel, Object.fromEntries(Object.entries(names).map(([to, from]) => [to, built[from]!])), attrs));
    }
  });
  return built;
}

/** Waits for a tensor with the least that can be read of it, so that no copy to JavaScript counts as the kernel's time. */
async function settle(tensor: tf.Tensor): Promise<void> {
  if (tensor.size <= 1 || tensor.dtype === 'string') {
    await tensor.data();
    return;
  }
  const element = tf.slice(tensor, Array<number>(tensor.rank).fill(0), Array<number>(tensor.rank).fill(1));
  await element.data();
  element.dispose();
}

/** Makes a row ready on tfjs' current backend, a fused kernel of ours that it lacks as a composition; undefined where it has neither. */
export function prepareOnTensorflow({ kernel, inputs, attrs }: SweepRow): Prepared | undefined {
  const composition = compositions[kernel];
  const hasKernel = tf.getKernel(kernel, tf.getBackend()) !== undefined;
  if (!hasKernel && composition === undefined) return undefined;
  const built = buildInputs(inputs);
  const call = (): Outputs =>
    hasKernel || composition === undefined
      ? runKernel(kernel, built, attrs)
      : tf.tidy(() => composition(built as Record<string, tf.Tensor>, attrs));
  return {
    async run(count) {
      for (let i = 1; i < count; i++) tf.dispose(call());
      const last = call();
      await settle(first(last));
      tf.dispose(last);
    },
    async results() {
      const outputs = call();
      const numbers = [outputs].flat().filter(({ dtype }) => dtype !== 'string' && dtype !== 'complex64');
      const data = await Promise.all(numbers.map((tensor) => tensor.data()));
      tf.dispose(outputs);
      return data;
    },
    release: () => tf.dispose(built),
  };
}
