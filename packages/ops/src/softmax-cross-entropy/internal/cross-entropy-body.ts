import type { KernelFunc } from '@tensorflow/tfjs-core';
import type { Shape } from '@kumiko/core';
import { base64 } from '../../generated/softmax-cross-entropy-simd.ts';
import { partsOf, wasmBody, type OpModule } from '../../internal/wasm-body.ts';
import type { CrossEntropyAttributes } from './cross-entropy-attributes.ts';

const family: OpModule = { name: 'kumiko-softmax-cross-entropy', base64 };

/** A body for wasm: runs `label<kind>` for labels and `share<kind>` for distributions over the rows of the logits. */
export function crossEntropyBody(
  kind: 'Losses' | 'Gradient',
  inputs: readonly string[],
  outputShape: (logits: Shape) => Shape,
): KernelFunc {
  return wasmBody<CrossEntropyAttributes>(({ attributes: { labelSmoothing }, input, pointer, output, run }) => {
    const { shape } = input('logits');
    const { info, pointer: out } = output(outputShape(shape), 'float32');
    const columns = shape.at(-1) as number;
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const entry = `${input('targets').dtype === 'int32' ? 'label' : 'share'}${kind}`;
    if (rows > 0) run(entry, Math.min(rows, partsOf(rows * columns)), [...inputs.map(pointer), out, rows, columns, labelSmoothing]);
    return info;
  }, family);
}
