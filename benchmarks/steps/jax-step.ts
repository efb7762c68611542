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
  /** Rows and columns of what it gives. Default: the input's rows, and 10 classes. */
  readonly logits?: readonly [rows: number, classes: number];
  /** Classes of the input where it is not of images. */
  readonly tokens?: number;
  /** Of AdamW. Default: those of Adam. */
  readonly beta2?: number;
  readonly weightDecay?: number;
  apply(x: JaxArray, p: Parameters): JaxArray;
}

const layerNorm = (x: JaxArray, scale: JaxArray, shift: JaxArray): JaxArray => np.add(np.multiply(nn.standardize(x, -1), scale), shift);

const block = { width: 128, heads: 4, context: 64, sequences: 12 };

/** A transformer block; uses up its 12 parameters. */
function transformerBlock(x: JaxArray, p: Parameters): JaxArray {
  const { width, heads, context, sequences } = block;
  const projected = dense(layerNorm(x.ref, p[0]!, p[1]!), p[2]!, p[3]!);
  const [q, k, v] = np.split(projected, 3, -1).map((part) => part.reshape([sequences, context, heads, width / heads]));
  const seen = nn.dotProductAttention(q!, k!, v!, { isCausal: true }).reshape([sequences, context, width]);
  const between = x.add(dense(seen, p[4]!, p[5]!));
  const hidden = (nn.gelu as unknown as (x: JaxArray) => JaxArray)(dense(layerNorm(between.ref, p[6]!, p[7]!), p[8]!, p[9]!));
  return between.add(dense(hidden, p[10]!, p[11]!));
}

const blockShapes: readonly number[][] = [
  ...[[128], [128], [128, 384], [384], [128, 128], [128]],
  ...[[128], [128], [128, 512], [512], [512, 128], [128]],
];

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
  gpt: {
    shapes: [[65, 128], [64, 128], ...[0, 1, 2, 3].flatMap(() => blockShapes), [128], [128]],
    input: [12, 64],
    logits: [12 * 64, 65],
    tokens: 65,
    beta2: 0.99,
    weightDecay: 0.1,
    apply(x, p) {
      const [embedding, positions] = p as [JaxArray, JaxArray];
      let h = np.add(np.take(embedding.ref, x, 0), positions);
      for (let i = 0; i < 4; i++) h = transformerBlock(h, p.slice(2 + 12 * i, 14 + 12 * i));
      return np.matmul(layerNorm(h, p.at(-2)!, p.at(-1)!), np.matrixTranspose(embedding)).reshape([12 * 64, 65]);
    },
  },
};

export async function runJax(name: string): Promise<void> {
  if (!(await init('wasm')).includes('wasm')) throw new Error('jax: expected its wasm backend to start, got none.');
  defaultDevice('wasm');
  const isForward = name === 'cnn-forward';
  const network = networks[isForward ? 'cnn' : name];
  if (!network) throw new Error(`jax: expected one of ${Object.keys(networks).join(', ')}, got ${name}.`);
  const { shapes, input, apply, tokens, beta2 = 0.999, weightDecay = 0 } = network;
  const [rows, classes] = network.logits ?? [input[0]!, 10];
  const draw = (shape: readonly number[], seed: number): JaxArray => random.normal(random.key(seed), [...shape]).mul(0.05);
  const label = (i: number): number => Math.floor(i / classes) % (tokens === undefined ? classes : 61);
  const y = np.array(Float32Array.from({ length: rows * classes }, (_, i) => (i % classes === label(i) ? 1 : 0))).reshape([rows, classes]);
  const x = tokens === undefined ? draw(input, 99) : np.array(Int32Array.from({ length: rows }, (_, i) => i % tokens)).reshape([...input]);
  if (isForward) {
    const forward = jit(apply as never) as unknown as (images: JaxArray, p: Parameters) => JaxArray;
    const weights = shapes.map(draw);
    const held = (): Parameters => weights.map((one) => one.ref);
    await measure(async () => void (await forward(x.ref, held()).data()), { warmUp: 2, least: 3 });
  }
  const loss = (p: Parameters, images: JaxArray, targets: JaxArray): JaxArray =>
    np.mean(np.sum(nn.logSoftmax(apply(images, p)).mul(targets), 1)).mul(-1);
  const differentiate = valueAndGrad(loss as never) as unknown as (...args: [Parameters, JaxArray, JaxArray]) => [JaxArray, Parameters];
  const step = jit((p: Parameters, m: Parameters, v: Parameters, t: JaxArray, images: JaxArray, targets: JaxArray) => {
    const own = p.map((one) => one.ref);
    const [value, grads] = differentiate(own, images, targets);
    const next = t.add(1);
    const scale1 = np.reciprocal(np.subtract(1, np.power(0.9, next.ref)));
    const scale2 = np.reciprocal(np.subtract(1, np.power(beta2, next.ref)));
    const means = m.map((one, i) => one.mul(0.9).add(grads[i]!.ref.mul(0.1)));
    const squares = v.map((one, i) => one.mul(beta2).add(np.square(grads[i]!).mul(1 - beta2)));
    const updated = p.map((one, i) => {
      const mean = means[i]!.ref.mul(scale1.ref);
      const root = np.sqrt(squares[i]!.ref.mul(scale2.ref)).add(1e-8);
      const kept = weightDecay === 0 ? one : one.mul(1 - 1e-3 * weightDecay);
      return kept.sub(mean.div(root).mul(1e-3));
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
