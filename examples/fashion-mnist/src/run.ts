import type { Tensor } from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { disposeTree, foldIn, key as keyOf, shapeOf } from '@kumiko/core';
import { saveSafetensors } from '@kumiko/formats';
import { summary } from '@kumiko/layers';
import { sparseCategoricalCrossEntropy } from '@kumiko/losses';
import { accuracy, classificationReport, confusionMatrix, formatClassificationReport } from '@kumiko/metrics';
import { evaluate, fit, initTrainState, metricOn, progressBar, type Evaluated } from '@kumiko/training';
import { CLASSES, SIDE } from './images.ts';
import { loadFashionMnist } from './load-fashion-mnist.ts';
import type { Options } from './options.ts';
import { prepare, type ImageBatch } from './prepare.ts';
import { recipes } from './recipes.ts';

/** Seconds between two lines of progress where the output is no terminal. */
const INTERVAL = 60;

/** Loads, trains, reports and saves. */
export async function run(options: Options, print: (text: string) => void): Promise<void> {
  const start = performance.now();
  const recipe = recipes[options.model];
  const { epochs = recipe.epochs, limit } = options;
  const data = await loadFashionMnist(options.data);
  const backend = await selectBackend(options.backend === 'wasm' ? [wasm({ threads: options.threads })] : [cpu()]);
  const key = keyOf(options.seed);
  const { train, test, sizes, batches } = prepare(data, { ...recipe, limit, key: foldIn(key, 'data') });
  const { threads } = backend.capabilities;
  print(`${sizes.train} images to train on, ${epochs === 1 ? 'once' : `${epochs} times`}, and ${sizes.test} to test on.`);
  print(`Backend ${backend.name}, ${threads} ${threads === 1 ? 'thread' : 'threads'}.\n`);

  const model = recipe.model();
  const input = shapeOf([1, SIDE, SIDE, 1]);
  print(`${summary(model, input)}\n`);

  const optimizer = recipe.optimizer(batches * epochs);
  const classified = ({ output, batch }: Evaluated<ImageBatch>) => ({ predictions: output as Tensor, labels: batch.y });
  const { labelSmoothing } = recipe;
  const { state } = await fit({
    ...{ model, optimizer, train, epochs, batches },
    loss: (logits, { y }: ImageBatch) => sparseCategoricalCrossEntropy(logits, y, { labelSmoothing }),
    metrics: { accuracy: metricOn(accuracy(), classified) },
    state: initTrainState({ model, optimizer, key, input }),
    validation: test,
    callbacks: [progressBar({ unit: 'images', interval: INTERVAL })],
  });

  const metrics = { matrix: metricOn(confusionMatrix(CLASSES.length), classified) };
  const { matrix } = await evaluate({ model, variables: state, data: test, metrics });
  const report = classificationReport(matrix, { names: CLASSES });
  print(`\n${formatClassificationReport(report, { digits: 3 })}`);
  if (options.output !== undefined) {
    await saveSafetensors(options.output, { params: state.params, state: state.state });
    print(`Saved to ${options.output}.`);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  print(`${(100 * report.accuracy).toFixed(2)} % of the ${sizes.test} test images are right, after ${seconds} s.`);
  disposeTree(state);
  await backend.dispose();
}
