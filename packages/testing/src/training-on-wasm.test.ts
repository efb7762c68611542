import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { generator, key, type KumikoError } from '@kumiko/core';
import { afterEach, expect, test } from 'vitest';

let dispose = (): Promise<void> => Promise.resolve();
afterEach(() => dispose());

async function start(threads: number) {
  const backend = await selectBackend([wasm({ threads })]);
  dispose = () => backend.dispose();
  return backend;
}

type Params = readonly [tf.Tensor4D, tf.Tensor4D, tf.Tensor2D];

/** Convolution, depthwise convolution, pooling, an embedding-like gather and a matrix product: the gradient kernels that training needs. */
function loss([kernel, depthwise, weights]: Params, x: tf.Tensor4D, labels: tf.Tensor1D): tf.Scalar {
  const features = tf.maxPool(tf.relu(tf.conv2d(x, kernel, 1, 'same')), 2, 2, 'valid');
  const mixed = tf.relu(tf.depthwiseConv2d(features, depthwise, 2, 'same'));
  const rows = tf.gather(weights, tf.range(0, weights.shape[0], 1, 'int32'));
  const logits = tf.matMul(tf.reshape(mixed, [x.shape[0], -1]), rows);
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(labels, 3), tf.logSoftmax(logits)), 1)));
}

/** Trains with plain SGD for some steps; `each` sees every step's index. */
function train(steps: number, each: (step: number) => void = () => {}): { losses: number[]; bits: Int32Array } {
  const random = generator(key(7));
  const tensor = <T extends tf.Tensor>(shape: number[], scale: number): T =>
    tf.tensor(
      Array.from({ length: tf.util.sizeFromShape(shape) }, () => scale * (random.uniform() - 0.5)),
      shape,
    ) as T;
  const x = tensor<tf.Tensor4D>([6, 8, 8, 2], 2);
  const labels = tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32');
  let params: Params = [tensor([3, 3, 2, 5], 0.5), tensor([3, 3, 5, 2], 0.5), tensor([40, 3], 0.5)];
  const gradients = tf.valueAndGrads((...p: tf.Tensor[]) => loss(p as unknown as Params, x, labels));
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { value, next } = tf.tidy(() => {
      const { value, grads } = gradients(params as unknown as tf.Tensor[]);
      return { value, next: params.map((p, i) => tf.sub(p, tf.mul(grads[i] as tf.Tensor, 0.1))) };
    });
    tf.dispose(params as unknown as tf.Tensor[]);
    params = next as unknown as Params;
    losses.push(value.dataSync()[0] as number);
    value.dispose();
    each(step);
  }
  const values = params.flatMap((p) => [...p.dataSync()]);
  tf.dispose([x, labels, ...params]);
  return { losses, bits: new Int32Array(Float32Array.from(values).buffer) };
}

test.each([1, 2])('1,000 steps leave the tensors and the heap where they were after step 10, with %s threads', async (threads) => {
  const { host } = await start(threads);
  const seen: { tensors: number; bytes: number; heap: number }[] = [];
  const { losses } = train(1000, (step) => {
    const { numTensors, numBytes } = tf.memory();
    if (step === 9 || step === 999) seen.push({ tensors: numTensors, bytes: numBytes, heap: host?.memory.buffer.byteLength as number });
  });
  expect(seen[1]).toEqual(seen[0]);
  expect(losses.at(-1)).toBeLessThan(0.05 * (losses[0] as number));
});

test('the same seed gives the same parameters, to the bit, twice and for any number of threads', async () => {
  const runs: Int32Array[] = [];
  for (const threads of [1, 1, 2, 2, 3]) {
    await start(threads);
    runs.push(train(30).bits);
    await dispose();
  }
  for (const bits of runs.slice(1)) expect(bits).toEqual(runs[0]);
});

test.each([1, 2])('the heap growing in the middle of training breaks neither stock nor own kernels, with %s threads', async (threads) => {
  const { host } = await start(threads);
  const calm = train(40);
  const before = host?.memory.buffer.byteLength as number;
  const ballast: tf.Tensor[] = [];
  const grown = train(40, (step) => {
    // 16 MiB of tensors now and then, and growth behind the allocator's back.
    if (step % 8 === 3) ballast.push(tf.ones([4 * 2 ** 20]));
    if (step % 16 === 7) host?.memory.grow(1);
  });
  expect(host?.memory.buffer.byteLength).toBeGreaterThan(before);
  expect(grown).toEqual(calm);
  expect(ballast.map((tensor) => tf.sum(tensor).dataSync()[0])).toEqual(ballast.map(() => 4 * 2 ** 20));
  tf.dispose(ballast);
});

test('a heap that fills up in the middle of training is an error with a name, and training goes on after it', async () => {
  const { host } = await start(2);
  const hoard: number[] = [];
  let error: unknown;
  try {
    train(20, (step) => {
      if (step === 5) for (;;) hoard.push(host?.alloc(512 * 2 ** 20) as number);
    });
  } catch (caught) {
    error = caught;
  }
  expect((error as KumikoError).code).toBe('wasm');
  for (const pointer of hoard) host?.free(pointer);
  expect(train(5).losses).toHaveLength(5);
});
