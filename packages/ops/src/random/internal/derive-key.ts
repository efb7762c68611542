import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import { threefry2x32 } from '@kumiko/core';
import { hostValues } from '../../internal/host-values.ts';
import { wasmBody } from '../../internal/wasm-body.ts';
import { keyWords } from './key-words.ts';

type Attributes = { readonly high: number };

/** The key of the counter `(high, data)` under a key, an int32 tensor `[2]`: `key` is int32 `[2]`, `data` one int32, read as unsigned. */
export const deriveKey = /* @__PURE__ */ defineOp<'key' | 'data', Attributes>({
  name: 'DeriveKey',
  inputs: ['key', 'data'],
  gradient: 'none',
  reference({ key, data }, { high }) {
    const words = threefry2x32(keyWords(hostValues(key)), [high, (hostValues(data)[0] as number) >>> 0]);
    return tf.tensor1d(
      words.map((word) => word | 0),
      'int32',
    );
  },
  kernels: {
    wasm: /* @__PURE__ */ wasmBody<Attributes>(({ attributes: { high }, pointer, output, run }) => {
      const { info, pointer: out } = output([2], 'int32');
      run('threefryKey', 1, [pointer('key'), pointer('data'), high, out]);
      return info;
    }),
  },
});
