import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type Compiled, compile } from '@kumiko/compiler';
import { check } from '@kumiko/core';
import { optimizerOf, trainingOf } from './internal/layers-model-border.ts';

/** Models that are compiled already. */
const compiledModels = new WeakSet<LayersModel>();

/**
 * Makes `fit`, `fitDataset` and `trainOnBatch` of an unmodified tfjs-layers model run each training step as one compiled program: the same numbers,
 * less time. One line after `model.compile` or `configureModel`; everything else stays as it is.
 *
 * The first two steps for a shape of batches run as they are and are recorded; from the third on the program runs. Compiling the model again, or
 * freezing layers and compiling it again, begins anew. Validation and `predict` are not touched: compile those as `compile((x) => model.predict(x))`.
 *
 * @param model compiled with an optimizer and a loss
 * @returns the model
 * @throws KumikoError when the model was not compiled; in the second step, when a step cannot be one program: a layer or callback reads values on
 * the host, or draws random numbers there (`tf.layers.dropout`), or the learning rate of a tfjs optimizer is changed in between. The message says what to do
 * @example
 * import * as tf from '@tensorflow/tfjs';
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * compileTraining(model);
 * const { history } = await model.fit(tf.tensor2d([[0], [1], [2], [3]]), tf.tensor2d([[1], [3], [5], [7]]), { epochs: 5, batchSize: 2 });
 * history['loss']?.length; // 5
 */
export function compileTraining(model: LayersModel): LayersModel {
  check(
    optimizerOf(model) !== undefined,
    'compileTraining',
    () => 'expected a compiled model, got one without an optimizer. Call model.compile({ optimizer, loss }) first.',
  );
  if (compiledModels.has(model)) return model;
  compiledModels.add(model);
  const training = trainingOf(model);
  const makePlain = training.makeTrainFunction.bind(training);
  let step: Compiled<[Record<string, tf.Tensor>], tf.Tensor[]> | undefined;
  let parts: readonly unknown[] = [];
  // An optimizer counts its steps on the host, where a program does nothing.
  let ranPlain = false;
  training.makeTrainFunction = () => {
    const current = [training.optimizer, training.lossFunctions, ...training.collectedTrainableWeights];
    if (step === undefined || current.length !== parts.length || current.some((part, i) => part !== parts[i])) {
      step?.dispose();
      const plain = makePlain();
      step = compile(
        (data: Record<string, tf.Tensor>) => {
          ranPlain = true;
          return plain(inPlaces(data));
        },
        { donate: false },
      );
      parts = current;
    }
    const run = step;
    return (data) => {
      ranPlain = false;
      const results = run(byPlace(data));
      if (!ranPlain) training.optimizer.incrementIterations();
      return results;
    };
  };
  const disposePlain = model.dispose.bind(model);
  model.dispose = () => {
    step?.dispose();
    return disposePlain();
  };
  return model;
}

/** What is there of inputs, targets and sample weights, by place: weights are null where none were given. */
function byPlace(data: readonly (tf.Tensor | null)[]): Record<string, tf.Tensor> {
  return Object.fromEntries(data.flatMap((tensor, place) => (tensor === null ? [] : [[String(place), tensor]])));
}

function inPlaces(data: Readonly<Record<string, tf.Tensor>>): tf.Tensor[] {
  const places: tf.Tensor[] = [];
  for (const [place, tensor] of Object.entries(data)) places[Number(place)] = tensor;
  return places;
}
