import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** What tfjs-layers keeps to itself, and what a `Sequential` wraps. The one place that knows. */
interface Internals {
  /** The functional model inside of a `Sequential`. */
  readonly model?: LayersModel;
  feedOutputShapes: (readonly (number | null)[] | null)[];
  isOptimizerOwned: boolean;
  testFunction: (data: tf.Tensor[]) => tf.Scalar[];
  makeTestFunction(): void;
}

function internals(model: LayersModel): Internals {
  return model as unknown as Internals;
}

/** What makes a model's training step: of a `Sequential`, its functional model has it. */
export interface Training {
  readonly optimizer: { incrementIterations(): void };
  readonly lossFunctions: unknown;
  readonly collectedTrainableWeights: readonly unknown[];
  makeTrainFunction(): (data: tf.Tensor[]) => tf.Tensor[];
}

export function trainingOf(model: LayersModel): Training {
  return (internals(model).model ?? model) as unknown as Training;
}

/** The optimizer that a model was compiled or loaded with. */
export function optimizerOf(model: LayersModel): tf.Optimizer | undefined {
  return (model.optimizer as tf.Optimizer | null | undefined) ?? undefined;
}

/** The names of a model's outputs; a `Sequential` has them from its functional model alone, which it makes when it is built. */
export function outputNamesOf(model: LayersModel): readonly string[] {
  if (model.outputNames.length === 0) model.build([]);
  return (internals(model).model ?? model).outputNames;
}

/** Lets targets of any shape through to the losses: of itself tfjs-layers wants those of the outputs. */
export function acceptAnyTargets(model: LayersModel): void {
  const inner = internals(internals(model).model ?? model);
  inner.feedOutputShapes = inner.feedOutputShapes.map(() => null);
}

/** Makes `model.dispose` free the optimizer's state. */
export function ownOptimizer(model: LayersModel): void {
  internals(model).isOptimizerOwned = true;
}

/** The names under which a model saves its variables, by the variables' own names, which TensorFlow.js numbers where they repeat. */
export function savedNames(model: LayersModel): ReadonlyMap<string, string> {
  return new Map(model.weights.map(({ name, originalName }) => [name, originalName]));
}

/** Lets a model be saved with its optimizer: functions have no place in the file, and loading would stumble over the names of metrics. */
export function forgetFunctions(model: LayersModel): void {
  model.loss = {};
  model.metrics = [];
}

/**
 * Lets each value of an evaluation stand at its name: of a model with several outputs tfjs-layers 4.22 also returns the sum of the losses
 * so far, once for each output but the last, which its names do not count. Not to be called twice.
 */
export function alignEvaluation(model: LayersModel): void {
  const surplus = model.outputNames.length - 1;
  if (surplus <= 0) return;
  const own = internals(model);
  const make = own.makeTestFunction.bind(model);
  own.makeTestFunction = () => {
    make();
    const run = own.testFunction;
    own.testFunction = (data) => run(data).slice(surplus);
  };
}
