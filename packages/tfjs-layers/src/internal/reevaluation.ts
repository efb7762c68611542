import * as tf from '@tensorflow/tfjs-core';

/** How many evaluations of a loss at other parameters are under way. */
let depth = 0;

/** Whether a loss is evaluated at other parameters than the model's: what a metric sees then is no batch of its own. */
export function isReevaluating(): boolean {
  return depth > 0;
}

/**
 * Runs a loss with other values in variables, and then puts the old ones back, also into those that no gradient trains: running statistics
 * that the run moved. Within a `tf.tidy`.
 */
export function withValues<T>(values: ReadonlyMap<tf.Variable, tf.Tensor>, run: () => T): T {
  const untrained = Object.values(tf.engine().registeredVariables).filter(({ trainable }) => !trainable);
  const before = [...values.keys(), ...untrained].map((variable) => [variable, tf.clone<tf.Tensor>(variable)] as const);
  depth++;
  try {
    for (const [variable, value] of values) variable.assign(value);
    return withoutKeptScalars(run);
  } finally {
    depth--;
    for (const [variable, value] of before) variable.assign(value);
  }
}

/** The loss of a tfjs-layers model keeps the values of its metrics for `fit`, which takes those of its first evaluation alone. */
function withoutKeptScalars<T>(run: () => T): T {
  const engine = tf.engine();
  const { keep } = engine;
  const kept: tf.Tensor[] = [];
  engine.keep = (tensor) => {
    kept.push(tensor);
    return keep.call(engine, tensor) as typeof tensor;
  };
  try {
    return run();
  } finally {
    engine.keep = keep;
    for (const tensor of kept) if (tensor.rank === 0 && !tensor.isDisposed) tensor.dispose();
  }
}
