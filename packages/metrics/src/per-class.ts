import { cast, equal, squeeze, slice, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { check, formatShape, type Metric, type Tree } from '@kumiko/core';

/** What {@link perClass} sees of a batch; whatever else it holds is passed on to every class as it is. */
export interface PerClassBatch {
  /** A score or probability of each class, `[samples, classes]`. */
  readonly predictions: Tensor;
  /** The true classes `[samples]`, whole numbers. */
  readonly labels: Tensor;
}

/** What the metric of one class sees. */
export interface OneClassBatch {
  /** The class's scores, `[samples]`. */
  readonly predictions: Tensor;
  /** 1 where the sample is of the class, else 0: int32 `[samples]`. */
  readonly labels: Tensor;
}

/** What the metric that {@link perClass} is made of wants beyond {@link OneClassBatch}. */
type Rest<B> = Omit<B, keyof OneClassBatch>;

/**
 * A metric of two classes for each of several: every class against the rest, by its column of the predictions. The result is a list in the
 * order of the classes; so `perClass(3, () => binnedAuroc())` gives three areas.
 *
 * @param classes how many there are, an integer >= 1
 * @param metricOf the metric of a class
 * @throws KumikoError when `classes` is not such an integer; in `update`, when the shapes do not fit together
 * @example
 * const metric = perClass(2, () => binaryAccuracy());
 * const batch = { predictions: tf.tensor2d([[0.9, 0.7], [0.2, 0.8]]), labels: tf.tensor1d([0, 1], 'int32') };
 * metric.result(metric.update(metric.init(), batch)); // [1, 0.5]
 * @see torchmetrics' ClasswiseWrapper; scikit-learn's OneVsRestClassifier
 */
export function perClass<S extends Tree, B extends OneClassBatch, R>(
  classes: number,
  metricOf: (one: number) => Metric<S, B, R>,
): Metric<S[], PerClassBatch & Rest<B>, R[]> {
  check(
    Number.isInteger(classes) && classes >= 1,
    'perClass',
    () => `expected classes to be an integer >= 1, got ${classes}. Pass how many classes there are.`,
  );
  const each = Array.from({ length: classes }, (_, one) => metricOf(one));
  return {
    name: 'perClass',
    init: () => each.map((metric) => metric.init()),
    update(states, batch) {
      const { predictions, labels } = batch;
      const [samples] = labels.shape;
      check(
        labels.rank === 1 && formatShape(predictions.shape) === formatShape([samples as number, classes]),
        'perClass',
        () =>
          `expected predictions [samples,${classes}] and labels [samples], got ${formatShape(predictions.shape)} and ${formatShape(labels.shape)}. Pass a score of each class.`,
      );
      // In a tidy, so that what the first made is not lost when another refuses the batch.
      return tidy(
        () =>
          each.map((metric, one) => {
            const column = squeeze(slice(predictions, [0, one], [samples as number, 1]), [1]);
            const isOne = cast(equal(labels, one), 'int32');
            return metric.update(states[one] as S, { ...batch, predictions: column, labels: isOne } as unknown as B);
          }) as never,
      );
    },
    merge: (a, b) => each.map((metric, one) => metric.merge(a[one] as S, b[one] as S)),
    result: (states) => each.map((metric, one) => metric.result(states[one] as S)),
  };
}
