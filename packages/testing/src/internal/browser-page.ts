/** What an app's page does: boots the backend and trains a small convolutional network. Bundled and run by tools/test-browser.ts. */
import * as tf from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';

/** What the page reports. */
export interface PageReport {
  readonly isolated: boolean;
  readonly backend: string;
  readonly threads: number;
  readonly shared: boolean;
  readonly losses: number[];
  readonly leaked: number;
  /** Largest difference of the convolution's gradient between wasm and cpu. */
  readonly gradientError: number;
}

function network(x: tf.Tensor4D, [kernel, weights]: readonly tf.Tensor[]): tf.Tensor2D {
  const features = tf.maxPool(tf.relu(tf.conv2d(x, kernel as tf.Tensor4D, 1, 'same')), 2, 2, 'valid');
  return tf.matMul(tf.reshape(features, [x.shape[0], -1]), weights as tf.Tensor2D);
}

async function report(): Promise<PageReport> {
  const backend = await selectBackend([wasm(), cpu()]);
  const x = tf.reshape(tf.sin(tf.range(0, 32 * 12 * 12)), [32, 12, 12, 1]) as tf.Tensor4D;
  // The label is whether the image's mean is positive.
  const y = tf.tidy(() => tf.oneHot(tf.cast(tf.greater(tf.mean(x, [1, 2, 3]), 0), 'int32'), 2));
  const loss = (...params: tf.Tensor[]): tf.Scalar => tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(network(x, params)), y), 1)));
  let params: tf.Tensor[] = tf.tidy(() => [
    tf.mul(tf.reshape(tf.cos(tf.range(0, 72)), [3, 3, 1, 8]), 0.3),
    tf.mul(tf.reshape(tf.cos(tf.range(0, 576)), [288, 2]), 0.05),
  ]);
  const start = await Promise.all(params.map((p) => p.data()));
  const shapes = params.map((p) => p.shape);
  const losses: number[] = [];
  let tensors = 0;
  for (let step = 0; step < 60; step++) {
    if (step === 10) tensors = tf.memory().numTensors;
    const { value, next } = tf.tidy(() => {
      const { value, grads } = tf.valueAndGrads(loss)(params);
      return { value, next: params.map((p, i) => tf.sub(p, tf.mul(grads[i] as tf.Tensor, 0.05))) };
    });
    tf.dispose(params);
    params = next;
    losses.push((await value.data())[0] as number);
    value.dispose();
  }
  const leaked = tf.memory().numTensors - tensors;
  const gradient = async (): Promise<Float32Array> => {
    const xs = (await Promise.all([x.data(), y.data()])) as Float32Array[];
    const at = start.map((values, i) => tf.tensor(values, shapes[i] as number[]));
    const [x2, y2] = [tf.tensor(xs[0] as Float32Array, x.shape) as tf.Tensor4D, tf.tensor(xs[1] as Float32Array, y.shape)];
    const fn = (...p: tf.Tensor[]): tf.Scalar => tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(network(x2, p)), y2), 1)));
    return (await (tf.grads(fn)(at)[0] as tf.Tensor).data()) as Float32Array;
  };
  const onWasm = await gradient();
  await selectBackend([cpu()]);
  const onCpu = await gradient();
  const gradientError = Math.max(...onWasm.map((value, i) => Math.abs(value - (onCpu[i] as number))));
  const shared = typeof SharedArrayBuffer !== 'undefined' && backend.host?.memory.buffer instanceof SharedArrayBuffer;
  return {
    isolated: crossOriginIsolated,
    backend: backend.name,
    threads: backend.capabilities.threads,
    shared,
    losses,
    leaked,
    gradientError,
  };
}

(globalThis as { report?: Promise<PageReport> }).report = report();
