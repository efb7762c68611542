import type { Tensor } from '@tensorflow/tfjs-core';
import { cpu, selectBackend } from '@kumiko/backend';
import { wasm } from '@kumiko/backend-wasm';
import { disposeTree, foldIn, key as keyOf, shapeOf } from '@kumiko/core';
import { summary } from '@kumiko/layers';
import { sparseCategoricalCrossEntropy } from '@kumiko/losses';
import { accuracy, classificationReport, confusionMatrix, formatClassificationReport } from '@kumiko/metrics';
import { adamw, cosineDecay, linearWarmup } from '@kumiko/optimizers';
import { evaluate, fit, initTrainState, metricOn, progressBar, type Evaluated } from '@kumiko/training';
import { digest } from './digest.ts';
import { SIDE } from './images.ts';
import { loadFashionMnist } from './load-fashion-mnist.ts';
import { loadMnist } from './load-mnist.ts';
import { makeModel } from './model.ts';
import { DEFAULT_EPOCHS, type Options } from './options.ts';
import { limited, prepare, type ImageBatch } from './prepare.ts';
import { saveAndCompare } from './save-and-compare.ts';

const BATCH_SIZE = 64;
const LEARNING_RATE = 3e-3;
const WEIGHT_DECAY = 0.05;
/** Share of the steps in which the learning rate rises. */
const WARMUP = 0.05;
/** A tenth of every label is spread over all classes, so that few images are not learned by heart. Such a loss is 0.50 at best. */
const LABEL_SMOOTHING = 0.1;

/** What to expect of the full data and the default number of epochs. */
const EXPECTED = { mnist: 'about 98.5 %', 'fashion-mnist': 'about 88 %' };
const SUBJECTS = { mnist: 'handwritten digits (MNIST)', 'fashion-mnist': 'pieces of clothing (Fashion-MNIST)' };

/** The first line: what will happen, how long it takes and how well it should do. */
export function announcement({ data, epochs, limit, backend }: Options): string {
  const usual = epochs === DEFAULT_EPOCHS && limit === undefined && backend === 'wasm';
  const expectation = usual ? `: under a minute on two cores, for ${EXPECTED[data]} of images it has not seen` : '';
  return `Trains a convolutional network to tell ${SUBJECTS[data]} apart, ${epochs === 1 ? 'once' : `${epochs} times`} over the images${expectation}.`;
}

/** Adam with decay of the kernels, a short rise of the learning rate and a long fall. */
function makeOptimizer(steps: number) {
  const warmup = Math.max(1, Math.round(WARMUP * steps));
  const fall = cosineDecay({ initialValue: LEARNING_RATE, steps: Math.max(1, steps - warmup) });
  return adamw({ learningRate: linearWarmup(fall, warmup), weightDecay: WEIGHT_DECAY, mask: (name) => name.endsWith('kernel') });
}

/** Loads, trains, reports, saves and checks. */
export async function run(options: Options, print: (text: string) => void): Promise<void> {
  print(`${announcement(options)}\n`);
  const start = performance.now();
  const backend = await selectBackend(options.backend === 'wasm' ? [wasm({ threads: options.threads })] : [cpu()]);
  const key = keyOf(options.seed);
  const all = await (options.data === 'mnist' ? loadMnist() : loadFashionMnist());
  const images = limited(all, options.limit, foldIn(key, 'limit'));
  const { train, test, sizes, batches } = prepare(images, BATCH_SIZE, key);
  const threads = backend.capabilities.threads;
  print(
    `${sizes.train} images to train on, ${sizes.test} held out. Backend ${backend.name}, ${threads} ${threads === 1 ? 'thread' : 'threads'}.\n`,
  );

  const input = shapeOf([1, SIDE, SIDE, 1]);
  const model = makeModel();
  print(`${summary(model, input)}\n`);

  const optimizer = makeOptimizer(batches * options.epochs);
  const classified = ({ output, batch }: Evaluated<ImageBatch>) => ({ predictions: output as Tensor, labels: batch.y });
  const { state } = await fit({
    model,
    loss: (logits, { y }: ImageBatch) => sparseCategoricalCrossEntropy(logits, y, { labelSmoothing: LABEL_SMOOTHING }),
    optimizer,
    metrics: { accuracy: metricOn(accuracy(), classified) },
    state: initTrainState({ model, optimizer, key, input }),
    train,
    validation: test,
    epochs: options.epochs,
    batches,
    callbacks: [progressBar({ unit: 'images' })],
  });

  const metrics = { matrix: metricOn(confusionMatrix(images.names.length), classified) };
  const { matrix } = await evaluate({ model, variables: state, data: test, metrics });
  const report = classificationReport(matrix, { names: images.names });
  print(`\n${formatClassificationReport(report, { digits: 3 })}`);

  const path = await saveAndCompare(model, state.params, test, options.output);
  print(`Saved to ${path}; loaded back, it predicts the same.`);
  print(`Parameters ${await digest(state.params)}: the same for the same seed (${options.seed}).`);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  print(`${(100 * report.accuracy).toFixed(2)} % of the ${sizes.test} held-out images are right, after ${seconds} s.`);

  disposeTree(state);
  await backend.dispose();
}
