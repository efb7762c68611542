/** Attention in blocks of queries, and its gradient. */
import { packTransposed, product } from './internal/product.as';
import { attentionWeights, lineOf, panelsOf, ROWS, scoreGradient } from './internal/weights.as';

/**
 * `out = softmax(scale * query key^T + bias) value`, for `sequences` = batch * heads. A part takes every so many blocks of one sequence.
 * `bias` 0 means none; its strides are in floats. A part's scratch: the packed keys and `ROWS` rows of weights.
 */
export function attentionForward(
  task: i32,
  tasks: i32,
  query: usize,
  key: usize,
  value: usize,
  bias: usize,
  out: usize,
  scratch: usize,
  sequences: i32,
  heads: i32,
  headsOfGroup: i32,
  queries: i32,
  keys: i32,
  size: i32,
  valueSize: i32,
  causal: i32,
  scale: f32,
  biasBatch: i32,
  biasHead: i32,
  biasRow: i32,
): void {
  const parts = tasks / sequences;
  const sequence = task / parts;
  const columns = panelsOf(keys) << 3;
  const line = <usize>lineOf(keys) << 2;
  const packed = scratch + <usize>task * ((<usize>(columns * size) << 2) + ROWS * line);
  const weights = packed + (<usize>(columns * size) << 2);
  const group = <usize>(sequence / headsOfGroup) * <usize>keys;
  const values = value + ((group * <usize>valueSize) << 2);
  packTransposed(key + ((group * <usize>size) << 2), keys, size, packed);
  const biases = bias == 0 ? 0 : bias + (<usize>((sequence / heads) * biasBatch + (sequence % heads) * biasHead) << 2);
  for (let first = (task % parts) * ROWS; first < queries; first += parts * ROWS) {
    const rows = min<i32>(ROWS, queries - first);
    const seen = causal ? first + rows : keys;
    const row = <usize>sequence * <usize>queries + <usize>first;
    const biasOfRow = biases == 0 ? 0 : biases + (<usize>(first * biasRow) << 2);
    const from = query + ((row * <usize>size) << 2);
    attentionWeights(from, packed, biasOfRow, <usize>biasRow << 2, weights, first, rows, seen, line, size, causal, scale);
    const valueLine = <usize>valueSize << 2;
    product(weights, line, 4, rows, values, 32, valueLine, valueSize >> 3, seen, out + row * valueLine, valueLine, false);
  }
}

/**
 * The gradients by query, key and value for the cotangent `dy`. A part takes one group of heads of one sample, so that nobody else adds to
 * its keys' and values' gradients. Its scratch: packed keys and values, and `ROWS` rows of weights and of their gradients.
 */
export function attentionBackward(
  task: i32,
  _tasks: i32,
  query: usize,
  key: usize,
  value: usize,
  bias: usize,
  dy: usize,
  dQuery: usize,
  dKey: usize,
  dValue: usize,
  scratch: usize,
  heads: i32,
  headsOfGroup: i32,
  queries: i32,
  keys: i32,
  size: i32,
  valueSize: i32,
  causal: i32,
  scale: f32,
  biasBatch: i32,
  biasHead: i32,
  biasRow: i32,
): void {
  const columns = panelsOf(keys) << 3;
  const line = <usize>lineOf(keys) << 2;
  const packedKeys = scratch + <usize>task * ((<usize>(columns * (size + valueSize)) << 2) + 2 * ROWS * line);
  const packedValues = packedKeys + (<usize>(columns * size) << 2);
  const weights = packedValues + (<usize>(columns * valueSize) << 2);
  const gradients = weights + ROWS * line;
  const keyLine = <usize>size << 2;
  const valueLine = <usize>valueSize << 2;
  const ownKeys = key + <usize>task * <usize>keys * keyLine;
  const ownKeyGradients = dKey + <usize>task * <usize>keys * keyLine;
  const ownValueGradients = dValue + <usize>task * <usize>keys * valueLine;
  packTransposed(ownKeys, keys, size, packedKeys);
  packTransposed(value + <usize>task * <usize>keys * valueLine, keys, valueSize, packedValues);
  memory.fill(ownKeyGradients, 0, <usize>keys * keyLine);
  memory.fill(ownValueGradients, 0, <usize>keys * valueLine);
  for (let head = 0; head < headsOfGroup; head++) {
    const sequence = task * headsOfGroup + head;
    const biases = bias == 0 ? 0 : bias + (<usize>((sequence / heads) * biasBatch + (sequence % heads) * biasHead) << 2);
    for (let first = 0; first < queries; first += ROWS) {
      const rows = min<i32>(ROWS, queries - first);
      const seen = causal ? first + rows : keys;
      const panels = panelsOf(seen);
      const row = <usize>sequence * <usize>queries + <usize>first;
      const biasOfRow = biases == 0 ? 0 : biases + (<usize>(first * biasRow) << 2);
      const from = query + row * keyLine;
      const cotangents = dy + row * valueLine;
      attentionWeights(from, packedKeys, biasOfRow, <usize>biasRow << 2, weights, first, rows, seen, line, size, causal, scale);
      product(weights, 4, line, seen, cotangents, 32, valueLine, valueSize >> 3, rows, ownValueGradients, valueLine, true);
      product(cotangents, valueLine, 4, rows, packedValues, <usize>valueSize << 5, 32, panels, valueSize, gradients, line, false);
      for (let i = 0; i < rows; i++) scoreGradient(weights + <usize>i * line, gradients + <usize>i * line, panels, scale);
      product(gradients, line, 4, rows, ownKeys, 32, keyLine, size >> 3, seen, dQuery + row * keyLine, keyLine, false);
      product(gradients, 4, line, seen, from, 32, keyLine, size >> 3, rows, ownKeyGradients, keyLine, true);
    }
  }
}
