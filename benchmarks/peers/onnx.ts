import { InferenceSession, Tensor, env } from 'onnxruntime-web';
import { inputValues } from '../input-values.ts';
import { onnxModel } from '../onnx-model.ts';
import type { Peer, Prepared } from '../peer.ts';
import type { InputSpec, SweepRow } from '../sweep-row.ts';
import { onnxGraph } from './onnx-graph.ts';
import { permute } from './permute.ts';

/** The wasm execution provider of ONNX Runtime Web. Weights are inputs and not constants, so that it packs them in each call as the others do. */
export async function startPeer(threads: number): Promise<Peer> {
  env.wasm.numThreads = threads;
  env.logLevel = 'error';
  return Promise.resolve({ version: `onnxruntime-web ${env.versions.web ?? ''}, wasm`, prepare });
}

async function prepare(row: SweepRow): Promise<Prepared | undefined> {
  const found = onnxGraph(row);
  if (!found) return undefined;
  const { graph, permutations } = found;
  const session = await InferenceSession.create(onnxModel(graph), { executionProviders: ['wasm'] });
  const output = graph.nodes.at(-1)!.output;
  const feeds: Record<string, Tensor> = {};
  Object.entries(row.inputs as Readonly<Record<string, InputSpec>>).forEach(([name, spec], seed) => {
    const values = inputValues(spec, seed) as Float32Array;
    const order = permutations[name];
    feeds[name] = new Tensor('float32', order ? permute(values, spec.shape, order) : values, graph.inputs[name]!);
  });
  return {
    async run(count) {
      for (let i = 0; i < count; i++) await session.run(feeds);
    },
    async results() {
      const { [output]: result } = await session.run(feeds);
      return [(await result!.getData()) as Float32Array];
    },
    release: () => void session.release(),
  };
}
