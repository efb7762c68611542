/** `node onnx.ts cnn-forward <threads>`: the tutorial CNN in ONNX Runtime Web, its weights constants, which it packs once. */
import { InferenceSession, Tensor, env } from 'onnxruntime-web';
import { type OnnxNode, onnxModel } from '../onnx-model.ts';
import { measure } from './measure.ts';

const [name = '', threads = '1'] = process.argv.slice(2);
if (name !== 'cnn-forward') throw new Error(`onnx: expected cnn-forward, got ${name}. ONNX Runtime Web does not train.`);
env.wasm.numThreads = Number(threads);
env.logLevel = 'error';

const shapes: Readonly<Record<string, readonly number[]>> = {
  filter0: [32, 3, 3, 3],
  filter1: [64, 32, 3, 3],
  filter2: [64, 64, 3, 3],
  bias0: [32],
  bias1: [64],
  bias2: [64],
  kernel3: [1024, 64],
  bias3: [64],
  kernel4: [64, 10],
  bias4: [10],
};
const convolve = (i: number, input: string): OnnxNode[] => [
  { operator: 'Conv', inputs: [input, `filter${i}`, `bias${i}`], output: `convolved${i}`, attributes: { strides: [1, 1] } },
  { operator: 'Relu', inputs: [`convolved${i}`], output: `image${i}` },
];
const pool = (i: number): OnnxNode => ({
  operator: 'MaxPool',
  inputs: [`image${i}`],
  output: `pooled${i}`,
  attributes: { kernel_shape: [2, 2], strides: [2, 2] },
});
const dense = (i: number, input: string): OnnxNode => ({
  operator: 'Gemm',
  inputs: [input, `kernel${i}`, `bias${i}`],
  output: `dense${i}`,
});
const nodes: readonly OnnxNode[] = [
  ...convolve(0, 'x'),
  pool(0),
  ...convolve(1, 'pooled0'),
  pool(1),
  ...convolve(2, 'pooled1'),
  { operator: 'Flatten', inputs: ['image2'], output: 'rows' },
  dense(3, 'rows'),
  { operator: 'Relu', inputs: ['dense3'], output: 'hidden' },
  dense(4, 'hidden'),
];
const random = (shape: readonly number[]): Float32Array =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (Math.random() - 0.5) / 5);
const constants = Object.fromEntries(Object.entries(shapes).map(([constant, shape]) => [constant, { shape, values: random(shape) }]));
const input = [32, 3, 32, 32];
const session = await InferenceSession.create(onnxModel({ inputs: { x: input }, nodes, constants }), { executionProviders: ['wasm'] });
const x = new Tensor('float32', random(input), input);
await measure(() => session.run({ x }));
