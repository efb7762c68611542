import { type Array as JaxArray, defaultDevice, init, jit, lax, nn, numpy as np, random, valueAndGrad } from '@jax-js/jax';
import { measure } from './measure.ts';

/** Weights and biases, by layer. jax-js frees an array at its last use: `.ref` says that there is another one. */
type Parameters = JaxArray[];

const relu = nn.relu as unknown as (x: JaxArray) => JaxArray;
const dense = (x: JaxArray, kernel: JaxArray, bias: JaxArray): JaxArray => np.add(np.matmul(x, kernel), bias);

/** 2x2 pooling of NCHW whose odd ends fall away. */
function maxPool(x: JaxArray): JaxArray {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const [rows, columns] = [height >> 1, width >> 1];
  const whole = 2 * rows === height && 2 * columns === width ? x : x.slice([], [], [0, 2 * rows], [0, 2 * columns]);
  return np.max(whole.reshape([batch, channels, rows, 2, columns, 2]), [3, 5]);
}

function convolution(x: JaxArray, kernel: JaxArray, bias: JaxArray, padding: 'SAME' | 'VALID'): JaxArray {
  return relu(np.add(lax.convGeneralDilated(x, kernel, [1, 1], padding), bias.reshape([1, -1, 1, 1])));
}

interface Network {
  readonly shapes: readonly number[][];
  readonly input: readonly number[];
  apply(x: JaxArray, p: Parameters): JaxArray;
}

const networks: Readonly<Record<string, Network>> = {
  mlp: {
    shapes: [[784, 256], [256], [256, 128], [128], [128, 10], [10]],
    input: [64, 784],
    apply: (x, p) => dense(relu(dense(relu(dense(x, p[0]!, p[1]!)), p[2]!, p[3]!)), p[4]!, p[5]!),
  },
  cnn: {
    shapes: [[32, 3, 3, 3], [32], [64, 32, 3, 3], [64], [64, 64, 3, 3], [64], [1024, 64], [64], [64, 10], [10]],
    input: [32, 3, 32, 32],
    apply(x, p) {
      const first = maxPool(convolution(x, p[0]!, p[1]!, 'VALID'));
      const second = maxPool(convolution(first, p[2]!, p[3]!, 'VALID'));
      const third = convolution(second, p[4]!, p[5]!, 'VALID').reshape([32, 1024]);
      return dense(relu(dense(third, p[6]!, p[7]!)), p[8]!, p[9]!);
    },
  },
  fashion: {
    shapes: [[32, 1, 3, 3], [32], [64, 32, 3, 3], [64], [3136, 128], [128], [128, 10], [10]],
    input: [64, 1, 28, 28],
    apply(x, p) {
      const first = maxPool(convolution(x, p[0]!, p[1]!, 'SAME'));
      const second = maxPool(convolution(first, p[2]!, p[3]!, 'SAME')).reshape([64, 3136]);
      return dense(relu(dense(second, p[4]!, p[5]!)), p[6]!, p[7]!);
    },
  },
};

export async function runJax(name: string): Promise<void> {
  if (!(await init('wasm')).includes('wasm')) throw new Error('jax: expected its wasm backend to start, got none.');
  defaultDevice('wasm');
  const network = networks[name];
  if (!network) throw new Error(`jax: expected one of ${Object.keys(networks).join(', ')}, got ${name}.`);
  const { shapes, input, apply } = network;
  const draw = (shape: readonly number[], seed: number): JaxArray => random.normal(random.key(seed), [...shape]).mul(0.05);
  const rows = input[0]!;
  const y = np.array(Float32Array.from({ length: rows * 10 }, (_, i) => (i % 10 === Math.floor(i / 10) % 10 ? 1 : 0))).reshape([rows, 10]);
  const x = draw(input, 99);
  const loss = (p: Parameters, images: JaxArray, targets: JaxArray): JaxArray =>
    np.mean(np.sum(nn.logSoftmax(apply(images, p)).mul(targets), 1)).mul(-1);
  const differentiate = valueAndGrad(loss as never) as unknown as (...args: [Parameters, JaxArray, JaxArray]) => [JaxArray, Parameters];
  const step = jit((p: Parameters, m: Parameters, v: Parameters, t: JaxArray, images: JaxArray, targets: JaxArray) => {
    const own = p.map((one) => one.ref);
    const [value, grads] = differentiate(own, images, targets);
    const next = t.add(1);
    const scale1 = np.reciprocal(np.subtract(1, np.power(0.9, next.ref)));
    const scale2 = np.reciprocal(np.subtract(1, np.power(0.999, next.ref)));
    const means = m.map((one, i) => one.mul(0.9).add(grads[i]!.ref.mul(0.1)));
    const squares = v.map((one, i) => one.mul(0.999).add(np.square(grads[i]!).mul(0.001)));
    const updated = p.map((one, i) => {
      const mean = means[i]!.ref.mul(scale1.ref);
      const root = np.sqrt(squares[i]!.ref.mul(scale2.ref)).add(1e-8);
      return one.sub(mean.div(root).mul(1e-3));
    });
    scale1.dispose();
    scale2.dispose();
    return [updated, means, squares, next, value];
  });
  let p: Parameters = shapes.map(draw);
  let m: Parameters = shapes.map((shape) => np.zeros([...shape]));
  let v: Parameters = shapes.map((shape) => np.zeros([...shape]));
  let t = np.array(0);
  await measure(
    async () => {
      let value: JaxArray;
      [p, m, v, t, value] = step(p, m, v, t, x.ref, y.ref) as unknown as [Parameters, Parameters, Parameters, JaxArray, JaxArray];
      await value.data();
    },
    { warmUp: name === 'mlp' ? 6 : 2, least: 3 },
  );
}
