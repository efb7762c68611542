import { check } from '@kumiko/core';
import { checkLengths } from './internal/samples.ts';

/** Options of {@link calibrationError}. */
export interface CalibrationErrorOptions {
  /** How many bins of equal width (0, 1/bins], ..., an integer >= 1. Default 15. */
  readonly bins?: number;
  /** `'mean'` (default, the expected calibration error), `'root'` (root of the mean square) or `'max'` (the worst bin). */
  readonly norm?: 'mean' | 'root' | 'max';
}

/**
 * How far stated confidence lies from what comes true: over bins of confidence, `|accuracy - mean confidence|`, weighed by the samples
 * in the bin (ECE), the root of the mean square, or the largest (MCE). On the host in float64; 0 is perfectly calibrated.
 *
 * @param confidences probabilities in [0, 1] that the predictions are right; of binary forecasts, of class 1
 * @param outcomes 1 where the prediction was right (the event came), else 0
 * @param options `bins` (default 15) and `norm` (`'mean'`, `'root'` or `'max'`)
 * @throws KumikoError when lengths differ, a confidence is not in [0, 1], or an option is wrong
 * @example
 * calibrationError([0.9, 0.9, 0.6, 0.6], [1, 1, 1, 0], { bins: 10 }); // 0.1, both bins are 0.1 off
 * @see Guo et al., "On calibration of modern neural networks", ICML 2017, equations 3 and 5; Naeini et al., 2015
 */
export function calibrationError(
  confidences: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  options: CalibrationErrorOptions = {},
): number {
  const { bins = 15, norm = 'mean' } = options;
  checkLengths('calibrationError', confidences, outcomes);
  check(Number.isInteger(bins) && bins >= 1, 'calibrationError', () => `expected bins to be an integer >= 1, got ${bins}. Pass how many.`);
  check(
    ['mean', 'root', 'max'].includes(norm),
    'calibrationError',
    () => `expected norm to be 'mean', 'root' or 'max', got '${norm}'. Pass one of these.`,
  );
  const count = new Float64Array(bins);
  const gap = new Float64Array(bins);
  for (let i = 0; i < confidences.length; i++) {
    const confidence = confidences[i] as number;
    check(
      confidence >= 0 && confidence <= 1,
      'calibrationError',
      () => `expected confidences in [0, 1], got ${confidence} at ${i}. Pass probabilities, not logits.`,
    );
    const bin = Math.max(0, Math.ceil(confidence * bins) - 1);
    count[bin] = (count[bin] as number) + 1;
    gap[bin] = (gap[bin] as number) + (outcomes[i] as number) - confidence;
  }
  let [sum, squares, worst] = [0, 0, 0];
  for (let bin = 0; bin < bins; bin++) {
    if (count[bin] === 0) continue;
    const off = Math.abs(gap[bin] as number) / (count[bin] as number);
    sum += off * (count[bin] as number);
    squares += off * off * (count[bin] as number);
    worst = Math.max(worst, off);
  }
  if (norm === 'max') return worst;
  return norm === 'mean' ? sum / confidences.length : Math.sqrt(squares / confidences.length);
}
