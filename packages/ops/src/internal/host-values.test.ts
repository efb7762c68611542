import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostValues } from './host-values.ts';

const onHost: tf.TensorInfo = { dataId: {}, shape: [1], dtype: 'int32' };
const onDevice: tf.TensorInfo = { dataId: {}, shape: [1], dtype: 'int32' };

/** What hostValues looks at of tfjs' webgpu backend. */
class Webgpu extends tf.KernelBackend {
  readonly tensorMap = new Map<object, { values: Int32Array | null }>([
    [onHost.dataId, { values: Int32Array.of(7) }],
    [onDevice.dataId, { values: null }],
  ]);
  override readSync(dataId: object): Int32Array {
    return this.tensorMap.get(dataId)?.values ?? Int32Array.of(-1);
  }
  override dispose(): void {}
}

beforeAll(async () => {
  tf.registerBackend('webgpu', () => new Webgpu());
  await tf.setBackend('webgpu');
});
afterAll(() => tf.removeBackend('webgpu'));

test('values that never left the host are read', () => {
  expect([...hostValues(onHost)]).toEqual([7]);
});

test('what webgpu computed is refused, not read wrongly', () => {
  expect(() => hostValues(onDevice)).toThrow(
    'random: expected a key and a step that were made on the host, got one that webgpu computed. Pass a host key: foldIn(key, step) with a step number.',
  );
});
