/** Steps that every engine is asked to run: the same network, batch and optimizer everywhere. All train but `cnn-forward`. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** Multiply-adds of the products of a step, twice; the gradient of the input is not among them. */
  readonly flops: number;
}

/** Operations of a dense layer's forward product and its gradients: of the parameters, and of the input unless the layer is the first. */
const dense = (rows: number, inputs: number, units: number, isFirst = false): number => 2 * rows * inputs * units * (isFirst ? 2 : 3);

/** The same of a convolution with `points` output points an image. */
const convolution = (batch: number, points: number, window: number, channels: number, filters: number, isFirst = false): number =>
  dense(batch * points, window * channels, filters, isFirst);

/** Products of a transformer block over `tokens` tokens in sequences of `context`. */
const block = (tokens: number, width: number, context: number): number =>
  dense(tokens, width, 3 * width) + dense(tokens, width, width) + 2 * dense(tokens, width, 4 * width) + 2 * dense(tokens, width, context);

const cnn = {
  title: 'CNN of the TensorFlow tutorial, 32x32x3, batch 32',
  flops:
    convolution(32, 30 * 30, 9, 3, 32, true) +
    convolution(32, 13 * 13, 9, 32, 64) +
    convolution(32, 4 * 4, 9, 64, 64) +
    dense(32, 1024, 64) +
    dense(32, 64, 10),
};
/** Of its forward products alone: the first layer counts twice above, the others three times. */
const firstProduct = dense(32 * 30 * 30, 9 * 3, 32, true) / 2;

export const workloads: readonly Workload[] = [
  {
    name: 'mlp',
    title: 'MLP 784-256-128-10, batch 64, Adam',
    flops: dense(64, 784, 256, true) + dense(64, 256, 128) + dense(64, 128, 10),
  },
  { name: 'cnn-forward', title: `${cnn.title}, forward`, flops: firstProduct + (cnn.flops - 2 * firstProduct) / 3 },
  { name: 'cnn', title: `${cnn.title}, Adam`, flops: cnn.flops },
  {
    name: 'fashion',
    title: 'two convolutions of Fashion-MNIST, 28x28x1, batch 64, Adam',
    flops: convolution(64, 28 * 28, 9, 1, 32, true) + convolution(64, 14 * 14, 9, 32, 64) + dense(64, 7 * 7 * 64, 128) + dense(64, 128, 10),
  },
  {
    name: 'gpt',
    title: 'character GPT, 4 layers, 4 heads, width 128, context 64, batch 12, AdamW',
    flops: 4 * block(12 * 64, 128, 64) + dense(12 * 64, 128, 65),
  },
];
