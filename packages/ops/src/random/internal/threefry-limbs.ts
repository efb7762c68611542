import * as tf from '@tensorflow/tfjs-core';
import { STREAM } from './stream.ts';

/** Unsigned 32-bit words as two float32 tensors of their upper and lower 16 bits: every value below stays an exact integer under 2^24. */
export type Limbs = { high: tf.Tensor; low: tf.Tensor };

const HALF = 2 ** 16;
const PARITY = 0x1bd11bda;
const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** The quotient by a power of two, rounded down; multiplying by its reciprocal is exact where a GPU's division is not. */
function shiftRight(x: tf.Tensor, bits: number): tf.Tensor {
  return tf.floor(tf.mul(x, 2 ** -bits));
}

/** The lower 16 bits. */
function lower(x: tf.Tensor): tf.Tensor {
  return tf.sub(x, tf.mul(shiftRight(x, 16), HALF));
}

/** The sum modulo 2^32. */
function add(a: Limbs, b: Limbs): Limbs {
  const low = tf.add(a.low, b.low);
  return { high: lower(tf.add(tf.add(a.high, b.high), shiftRight(low, 16))), low: lower(low) };
}

function addConstant({ high, low }: Limbs, word: number): Limbs {
  return add({ high, low }, { high: tf.scalar(word >>> 16), low: tf.scalar(word & (HALF - 1)) });
}

/** Rotates to the left. */
function rotate({ high, low }: Limbs, bits: number): Limbs {
  if (bits >= 16) return rotate({ high: low, low: high }, bits - 16);
  if (bits === 0) return { high, low };
  // The upper part of each limb crosses to the other. It is split off first, so that no product exceeds 16 bits.
  const [highTop, lowTop] = [shiftRight(high, 16 - bits), shiftRight(low, 16 - bits)];
  const shift = (limb: tf.Tensor, top: tf.Tensor): tf.Tensor => tf.mul(tf.sub(limb, tf.mul(top, 2 ** (16 - bits))), 2 ** bits);
  return { high: tf.add(shift(high, highTop), lowTop), low: tf.add(shift(low, lowTop), highTop) };
}

/** The exclusive or of every pair of bytes: that of a and b at `256 a + b`. */
function xorTable(): tf.Tensor1D {
  return tf.tensor1d(Float32Array.from({ length: 2 ** 16 }, (_, pair) => (pair >>> 8) ^ (pair & 255)));
}

/** The exclusive or of two tensors of 16-bit integers, looked up byte by byte: tfjs has no such op. */
function xorHalf(table: tf.Tensor1D, a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const [aUpper, bUpper] = [shiftRight(a, 8), shiftRight(b, 8)];
  const lookUp = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.gather(table, tf.cast(tf.add(tf.mul(x, 256), y), 'int32'));
  const lowerByte = (x: tf.Tensor, upper: tf.Tensor): tf.Tensor => tf.sub(x, tf.mul(upper, 256));
  return tf.add(tf.mul(lookUp(aUpper, bUpper), 256), lookUp(lowerByte(a, aUpper), lowerByte(b, bUpper)));
}

function xor(table: tf.Tensor1D, a: Limbs, b: Limbs): Limbs {
  return tf.tidy(() => ({ high: xorHalf(table, a.high, b.high), low: xorHalf(table, a.low, b.low) }));
}

/** The numbers 0 to `count - 1` as limbs. */
function counters(count: number): Limbs {
  const columns = Math.min(count, HALF);
  const rows = Math.ceil(count / HALF);
  const grid = (line: tf.Tensor): tf.Tensor => tf.slice(tf.reshape(tf.broadcastTo(line, [rows, columns]), [rows * columns]), 0, count);
  return { high: grid(tf.reshape(tf.range(0, rows), [rows, 1])), low: grid(tf.reshape(tf.range(0, columns), [1, columns])) };
}

/**
 * The first words of a key's stream by plain tfjs ops, exact on backends that compute integers in float32 too: `count` words, `[count]`.
 *
 * @param key two unsigned 32-bit words
 * @param count one or more
 * @see threefryFill in @kumiko/core, whose bits these are
 */
export function threefryLimbs(key: readonly [number, number], count: number): Limbs {
  const schedule = [key[0], key[1], (key[0] ^ key[1] ^ PARITY) >>> 0] as const;
  const blocks = Math.ceil(count / 2);
  return tf.tidy(() => {
    const table = xorTable();
    let x1 = addConstant(counters(blocks), schedule[1]);
    let x0 = addConstant({ high: tf.zerosLike(x1.high), low: tf.fill(x1.low.shape, STREAM) }, schedule[0]);
    for (let group = 1; group <= 5; group++) {
      for (const bits of ROTATIONS[(group - 1) % 2] as (typeof ROTATIONS)[number]) {
        x0 = add(x0, x1);
        x1 = xor(table, rotate(x1, bits), x0);
      }
      x0 = addConstant(x0, schedule[group % 3] as number);
      x1 = addConstant(x1, ((schedule[(group + 1) % 3] as number) + group) >>> 0);
    }
    const interleave = (first: tf.Tensor, second: tf.Tensor): tf.Tensor =>
      tf.slice(tf.reshape(tf.stack([first, second], 1), [2 * blocks]), 0, count);
    return { high: interleave(x0.high, x1.high), low: interleave(x0.low, x1.low) };
  });
}
