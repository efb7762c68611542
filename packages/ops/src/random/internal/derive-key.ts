import * as tf from '@tensorflow/tfjs-core';
import { defineOp } from '@kumiko/backend';
import { threefry2x32 } from '@kumiko/core';
import { hostBody } from '../../internal/host-body.ts';
import { hostValues } from '../../internal/host-values.ts';
import { wasmBody } from '../../internal/wasm-body.ts';
import { keyWords } from './key-words.ts';

type Attributes = { readonly high: number };

function derive(key: tf.TypedArray, data: tf.TypedArray, high: number): Int32Array {
  return Int32Array.from(threefry2x32(keyWords(key), [high, (data[0] as number) >>> 0]));
}

const onHost = /* @__PURE__ */ hostBody<Attributes>(({ values, attributes: { high } }) => ({
  shape: [2],
  dtype: 'int32',
  values: derive(values('key'), values('data'), high),
}));

/** The key of the counter `(high, data)` under a key, an int32 tensor `[2]`: `key` is int32 `[2]`, `data` one int32, read as unsigned. */
export const deriveKey = /* @__PURE__ */ defineOp<'key' | 'data', Attributes>({
  name: 'DeriveKey',
  inputs: ['key', 'data'],
  gradient: 'none',
  reference: ({ key, data }, { high }) => tf.tensor1d(derive(hostValues(key), hostValues(data), high), 'int32'),
  kernels: {
    cpu: onHost,
    webgl: onHost,
    webgpu: onHost,
    wasm: /* @__PURE__ */ wasmBody<Attributes>(({ attributes: { high }, pointer, output, run }) => {
      const { info, pointer: out } = output([2], 'int32');
      run('threefryKey', 1, [pointer('key'), pointer('data'), high, out]);
      return info;
    }),
  },
});
