import { Tensor } from '@tensorflow/tfjs-core';
import { formatShape, isKumikoError, isTreeNode, KumikoError, type Metric, type Tree, type TreeOf } from '@kumiko/core';

/** What a metric was given, for people: `{ predictions: float32 [8,10], labels: undefined }`. */
function describeSeen(seen: unknown): string {
  if (seen instanceof Tensor) return `${seen.dtype} ${formatShape(seen.shape)}`;
  if (Array.isArray(seen)) return `[${seen.map(describeSeen).join(', ')}]`;
  if (!isTreeNode(seen as TreeOf<unknown>)) return seen === undefined ? 'undefined' : typeof seen;
  const entries = Object.entries(seen as object).map(([name, value]) => `${name}: ${describeSeen(value)}`);
  return entries.length > 0 ? `{ ${entries.join(', ')} }` : '{}';
}

/**
 * A metric's update at the border to what a caller picks. Types are no guard in JavaScript: where something is missing, the metric runs
 * into an error of JavaScript's own, which becomes one that shows what the metric was given. Costs nothing where all is well.
 */
export function updateMetric<S extends Tree, M>(symbol: string, metric: Metric<S, M, unknown>, state: S, seen: M): S {
  try {
    return metric.update(state, seen);
  } catch (error) {
    const shown = describeSeen(seen);
    if (isKumikoError(error) || !(error instanceof TypeError || (error instanceof Error && shown.includes('undefined')))) throw error;
    throw new KumikoError(
      symbol,
      `expected what the metric '${metric.name}' measures, got ${shown}: ${error.message}. Pick it from the model's output and the batch: metricOn(metric, ({ output, batch }) => ({ predictions: output, labels: batch.y })).`,
      { cause: error },
    );
  }
}
