import type { KernelFunc } from '@tensorflow/tfjs-core';
import { base64 } from '../../generated/log-softmax-simd.ts';
import { partsOf, wasmBody, type OpModule } from '../../internal/wasm-body.ts';

const family: OpModule = { name: 'kumiko-log-softmax', base64 };

/** A body for wasm: runs an entry from the inputs to an output of the shape of x, row by row. */
export function logSoftmaxBody(entry: string, inputs: readonly string[]): KernelFunc {
  return wasmBody(({ input, pointer, output, run }) => {
    const { shape } = input('x');
    const { info, pointer: out } = output(shape, 'float32');
    const columns = shape.at(-1) as number;
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    if (rows > 0 && columns > 0) run(entry, Math.min(rows, partsOf(rows * columns)), [...inputs.map(pointer), out, rows, columns]);
    return info;
  }, family);
}
