import { compile } from '@kumiko/compiler';
import { foldIn, leaves, shapeOf, type Key, type Layer } from '@kumiko/core';
import { sparseCategoricalCrossEntropy } from '@kumiko/losses';
import { adamw, chain, clipByGlobalNorm, cosineDecay, linearWarmup } from '@kumiko/optimizers';
import { evaluate, fit, initTrainState, trainStep, type Task, type TrainState, type TrainStep } from '@kumiko/training';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Options } from './options.ts';
import { allWindows, randomWindows, type TextBatch } from './windows.ts';

const LEARNING_RATE = 1e-3;
const LAST_LEARNING_RATE = 1e-4;
const WARMUP = 100;
const WEIGHT_DECAY = 0.1;
const CLIP = 1;
/** Steps between two lines of progress. */
const INTERVAL = 250;
/** Batches of the held-out text that such a line is measured on; at the end it is all of them. */
const VALIDATION_BATCHES = 20;

/** AdamW with decay of the matrices alone, clipped gradients, a short rise of the learning rate and a long fall. */
function makeOptimizer(iterations: number) {
  const warmup = Math.min(WARMUP, iterations - 1);
  const fall = cosineDecay({ initialValue: LEARNING_RATE, finalValue: LAST_LEARNING_RATE, steps: iterations - warmup });
  const learningRate = warmup > 0 ? linearWarmup(fall, warmup) : fall;
  const mask = (_name: string, value: Tensor) => value.rank >= 2;
  return chain([clipByGlobalNorm(CLIP), adamw({ learningRate, beta2: 0.99, weightDecay: WEIGHT_DECAY, mask })]);
}

/** What training is given. */
export interface Training {
  readonly model: Layer<Tensor, Tensor>;
  readonly options: Options;
  /** The characters to learn from. */
  readonly train: Int32Array;
  /** The characters held out. */
  readonly held: Int32Array;
  readonly key: Key;
  print(line: string): void;
}

/** Trains, printing losses as it goes. Returns the last state, which the caller disposes, and the loss over all of the held-out text. */
export async function train({ model, options, train, held, key, print }: Training): Promise<{ state: TrainState; loss: number }> {
  const { iterations, batch, context } = options;
  const optimizer = makeOptimizer(iterations);
  const task: Task<TextBatch> = { model: model as Layer, optimizer, loss: (logits, { y }) => sparseCategoricalCrossEntropy(logits, y) };
  const state = initTrainState({ model: model as Layer, optimizer, key, input: shapeOf([batch, context], 'int32') });
  const parameters = leaves<Tensor>(state.params).reduce((sum, leaf) => sum + leaf.size, 0);
  print(`${parameters.toLocaleString('en-US')} parameters, ${iterations} steps of ${batch} windows of ${context} characters.`);

  const interval = Math.min(INTERVAL, iterations);
  const plain = trainStep(task);
  const compiled = options.compile ? compile(plain) : undefined;
  const start = performance.now();
  try {
    const result = await fit({
      ...task,
      state,
      train: randomWindows(train, { batch, context }, interval, iterations, foldIn(key, 'windows')),
      epochs: Math.ceil(iterations / interval),
      validation: allWindows(held, { batch, context }, VALIDATION_BATCHES),
      ...(compiled && { step: compiled as TrainStep<TextBatch> }),
      callbacks: [
        {
          onEpoch({ epoch, train: { loss }, validation }) {
            const steps = String(Math.min(iterations, (epoch + 1) * interval)).padStart(String(iterations).length);
            const seconds = ((performance.now() - start) / 1000).toFixed(1);
            print(`step ${steps}  loss ${format(loss)}  held out ${format(validation?.['loss'])}  ${seconds} s`);
          },
        },
      ],
    });
    const whole = allWindows(held, { batch, context });
    const { loss } = await evaluate({ ...task, variables: result.state, data: whole });
    return { state: result.state, loss: loss as number };
  } finally {
    compiled?.dispose();
  }
}

function format(loss: unknown): string {
  return typeof loss === 'number' ? loss.toFixed(4) : 'unknown';
}
