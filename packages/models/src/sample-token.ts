import * as tf from '@tensorflow/tfjs-core';
import { check, formatShape, type KeyLike } from '@kumiko/core';
import { randomCategorical } from '@kumiko/ops';

/** Options of {@link sampleToken}. */
export interface SampleTokenOptions {
  /** Logits are divided by it, at least 0: below 1 likely tokens become likelier; 0 takes the likeliest. Default: 1. */
  readonly temperature?: number;
  /** Only so many of the likeliest tokens can be drawn, at least 1; those that tie with the last too. Default: all. */
  readonly topK?: number;
  /** Only the likeliest tokens that together have this probability can be drawn, in (0, 1]; at least one. Default: 1. */
  readonly topP?: number;
}

/** What cannot be drawn. */
const EXCLUDED = -Infinity;

/**
 * Draws a token for each row of logits, from `softmax(logits / temperature)` cut to the `topK` likeliest and then to the nucleus of `topP`.
 *
 * @param key a host key, or an int32 tensor `[2]`; a new one each call
 * @param logits float32 `[batch,vocabulary]`
 * @param options `temperature`, `topK`, `topP`
 * @returns int32 `[batch]`
 * @throws KumikoError when an option is out of range or logits are no matrix
 * @example
 * sampleToken(key(0), tf.tensor2d([[1, 3, 2]]), { temperature: 0 }); // [1]
 * sampleToken(key(0), tf.tensor2d([[1, 3, 2]]), { topK: 1 }); // [1]
 * @see Fan et al., "Hierarchical neural story generation", ACL 2018 (top-k); Holtzman et al., "The curious case of neural text degeneration", ICLR 2020 (top-p)
 */
export function sampleToken(key: KeyLike, logits: tf.Tensor, options: SampleTokenOptions = {}): tf.Tensor1D {
  checkSampling(options);
  check(
    logits.rank === 2,
    'sampleToken',
    () => `expected logits [batch,vocabulary], got ${formatShape(logits.shape)}. Take those of one position.`,
  );
  const { temperature = 1, topK, topP = 1 } = options;
  return tf.tidy(() => {
    if (temperature === 0) return tf.argMax(logits, 1);
    let kept = tf.div(logits, temperature);
    const vocabulary = logits.shape[1] as number;
    if (topK !== undefined && topK < vocabulary) {
      const least = tf.slice(tf.topk(kept, topK).values, [0, topK - 1], [-1, 1]);
      kept = tf.where(tf.greaterEqual(kept, least), kept, EXCLUDED);
    }
    if (topP < 1) {
      const sorted = tf.topk(kept, vocabulary).values;
      const probabilities = tf.softmax(sorted);
      // A token stays if those before it do not reach topP yet.
      const before = tf.sub(tf.cumsum(probabilities, 1), probabilities);
      const least = tf.min(tf.where(tf.less(before, topP), sorted, Infinity), 1, true);
      kept = tf.where(tf.greaterEqual(kept, least), kept, EXCLUDED);
    }
    return randomCategorical(key, kept) as tf.Tensor1D;
  });
}

function checkSampling({ temperature = 1, topK, topP = 1 }: SampleTokenOptions): void {
  check(
    temperature >= 0 && Number.isFinite(temperature),
    'sampleToken',
    () => `expected temperature >= 0, got ${temperature}. Pass for example 0.8, or 0 for the likeliest.`,
  );
  check(
    topK === undefined || (Number.isInteger(topK) && topK >= 1),
    'sampleToken',
    () => `expected topK to be a whole number of at least 1, got ${topK}. Pass for example 40.`,
  );
  check(topP > 0 && topP <= 1, 'sampleToken', () => `expected topP in (0, 1], got ${topP}. Pass for example 0.9.`);
}
