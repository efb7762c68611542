import { util } from '@tensorflow/tfjs-core';
import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { wasmHost } from '../host.ts';
import { broadcastModule } from './binary-bodies.ts';
import { LEAST_FLOATS, splitWork } from './split-work.ts';
import type { VectorBody } from './vector-kernel.ts';

/** The functions in clamp.as.ts. */
type Clamp = 'clamp' | 'clampWithoutSign';

function clampBody(entry: Clamp, low: (attrs: NamedAttrMap) => number, high: (attrs: NamedAttrMap) => number): VectorBody {
  return ({ inputs, attrs, backend }) => {
    const x = inputs['x']!;
    if (x.dtype !== 'float32') return undefined;
    const output = backend.makeOutput(x.shape, 'float32');
    const host = wasmHost(backend);
    const size = util.sizeFromShape(x.shape);
    broadcastModule(host).parallel(entry, splitWork(Math.ceil(size / 16), size, LEAST_FLOATS), [
      host.pointer(x.dataId),
      host.pointer(output.dataId),
      size,
      low(attrs),
      high(attrs),
    ]);
    return output;
  };
}

/** `ClipByValue` and `Relu6`, by tfjs' name of the kernel. NaN is passed on; of -0 the first makes -0, the second 0, as on tfjs' cpu backend. */
export const clampBodies: ReadonlyMap<string, VectorBody> = new Map([
  [
    'ClipByValue',
    clampBody(
      'clamp',
      (attrs) => attrs['clipValueMin'] as number,
      (attrs) => attrs['clipValueMax'] as number,
    ),
  ],
  [
    'Relu6',
    clampBody(
      'clampWithoutSign',
      () => 0,
      () => 6,
    ),
  ],
]);
