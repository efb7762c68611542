import { InferenceSession, Tensor, env } from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { onnxModel } from './onnx-model.ts';

test('the bytes of a model', () => {
  const model = onnxModel({ inputs: { x: [300] }, nodes: [{ operator: 'Abs', inputs: ['x'], output: 'y' }] });
  expect([...model]).toEqual([
    ...[8, 7], // ir_version = 7
    ...[58, 49], // graph, 13 + 7 + 18 + 11 bytes
    ...[10, 11, 10, 1, 120, 18, 1, 121, 34, 3, 65, 98, 115], // node: input 'x', output 'y', op_type 'Abs'
    ...[18, 5, 103, 114, 97, 112, 104], // name
    ...[90, 16, 10, 1, 120, 18, 11, 10, 9, 8, 1, 18, 5, 10, 3, 8, 172, 2], // input 'x': float [300], 300 = 44 + 2 * 128
    ...[98, 9, 10, 1, 121, 18, 4, 10, 2, 8, 1], // output 'y': float
    ...[66, 2, 16, 12], // opset_import: version 12
  ]);
});

test('ONNX Runtime reads numbers, lists and texts', async () => {
  env.wasm.numThreads = 1;
  const model = onnxModel({
    inputs: { x: [1, 1, 2, 2], filter: [1, 1, 1, 1] },
    nodes: [
      { operator: 'Conv', inputs: ['x', 'filter'], output: 'c', attributes: { auto_pad: 'SAME_UPPER', strides: [1, 2], group: 1 } },
      { operator: 'Relu', inputs: ['c'], output: 'y' },
    ],
  });
  const session = await InferenceSession.create(model);
  const feeds = { x: new Tensor('float32', [1, 2, -3, 4], [1, 1, 2, 2]), filter: new Tensor('float32', [10], [1, 1, 1, 1]) };
  const { y } = await session.run(feeds);
  expect([...((await y!.getData()) as Float32Array)]).toEqual([10, 0]); // column 0 of each row, times 10, without the negative one
  await session.release();
});
