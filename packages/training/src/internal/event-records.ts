import { crc32c } from './crc32c.ts';

/** What TensorBoard shows of a tensor: how its numbers are spread. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Upper ends of the buckets, ascending. */
  readonly limits: readonly number[];
  /** Numbers in each bucket. */
  readonly counts: readonly number[];
}

/** One thing that is shown over the steps, under a tag. */
export type Summary = { readonly tag: string } & ({ readonly value: number } | { readonly histogram: Histogram });

const MASK = 0xa282ead8;
const BUCKETS = 30;

/** A record of a TFRecord file: length, its sum, the data, their sum; sums are CRC-32C, rotated by 15 and shifted by a constant. */
export function toRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedSum(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedSum(data), true);
  return record;
}

function maskedSum(bytes: Uint8Array): number {
  const sum = crc32c(bytes);
  return (((sum >>> 15) | (sum << 17)) + MASK) >>> 0;
}

/** The event that an event file begins with. */
export function versionEvent(seconds: number): Uint8Array {
  return bytesOf([double(1, seconds), text(3, 'brain.Event:2')]);
}

/** The event of a step: `Event { wall_time = 1, step = 2, summary = 5 { value = 1 ... } }`. */
export function summaryEvent(seconds: number, step: number, summaries: readonly Summary[]): Uint8Array {
  const values = summaries.map((summary) =>
    message(1, [text(1, summary.tag), 'value' in summary ? float(2, summary.value) : message(5, histogramFields(summary.histogram))]),
  );
  return bytesOf([double(1, seconds), [...key(2, 0), ...varint(step)], message(5, values)]);
}

function histogramFields({ min, max, count, sum, sumOfSquares, limits, counts }: Histogram): number[][] {
  return [
    double(1, min),
    double(2, max),
    double(3, count),
    double(4, sum),
    double(5, sumOfSquares),
    message(6, limits.map(doubleBytes)),
    message(7, counts.map(doubleBytes)),
  ];
}

/** The histogram of the finite numbers, in 30 buckets of equal width between the least and the largest. */
export function histogramOf(values: ArrayLike<number>): Histogram {
  let [min, max, count, sum, sumOfSquares] = [Infinity, -Infinity, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
    count++;
    sum += value;
    sumOfSquares += value * value;
  }
  if (count === 0) return { min: 0, max: 0, count, sum, sumOfSquares, limits: [], counts: [] };
  const buckets = min === max ? 1 : BUCKETS;
  const counts = new Array<number>(buckets).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    const bucket = min === max ? 0 : Math.min(buckets - 1, Math.floor(((value - min) / (max - min)) * buckets));
    counts[bucket] = (counts[bucket] as number) + 1;
  }
  const limits = counts.map((_, i) => (i === buckets - 1 ? max : min + ((max - min) * (i + 1)) / buckets));
  return { min, max, count, sum, sumOfSquares, limits, counts };
}

function bytesOf(fields: readonly number[][]): Uint8Array {
  return Uint8Array.from(fields.flat());
}

/** Protocol buffers: a field's number and how its value is spelt. */
function key(field: number, wireType: number): number[] {
  return varint(field * 8 + wireType);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

function doubleBytes(value: number): number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return [...bytes];
}

function double(field: number, value: number): number[] {
  return [...key(field, 1), ...doubleBytes(value)];
}

function float(field: number, value: number): number[] {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [...key(field, 5), ...bytes];
}

function message(field: number, parts: readonly number[][]): number[] {
  const content = parts.flat();
  return [...key(field, 2), ...varint(content.length), ...content];
}

function text(field: number, value: string): number[] {
  return message(field, [[...new TextEncoder().encode(value)]]);
}
