import { exp4, log4 } from './vector-math.as';
import { loadPartial, partStart, storePartial } from './vector.as';

/** The sums over the channels at most `radius` away, for four floats of whole pixels in a row, of which `channel` says which channels they are. */
// @ts-ignore: decorator
@inline
function windowSum(at: usize, channel: v128, channels: i32, radius: i32): v128 {
  let sum = f32x4.splat(0);
  at -= <usize>radius << 2;
  for (let distance = -radius; distance <= radius; distance++) {
    const isInside = i32x4.lt_u(i32x4.add(channel, i32x4.splat(distance)), i32x4.splat(channels));
    sum = f32x4.add(sum, v128.and(v128.load(at), isInside));
    at += 4;
  }
  return sum;
}

/** The channels of the first four floats of a pixel and of the pixels after it. */
// @ts-ignore: decorator
@inline
function firstChannels(channels: i32): v128 {
  return i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(0), 1, 1 % channels), 2, 2 % channels), 3, 3 % channels);
}

/** The channels of the four floats after those. `step` is 4 modulo the channels. */
// @ts-ignore: decorator
@inline
function nextChannels(channel: v128, step: i32, channels: i32): v128 {
  const next = i32x4.add(channel, i32x4.splat(step));
  return i32x4.sub(next, v128.and(i32x4.splat(channels), i32x4.ge_s(next, i32x4.splat(channels))));
}

/** Writes the squares of `count` floats, and 0 up to a whole vector. */
// @ts-ignore: decorator
@inline
function writeSquares(x: usize, to: usize, count: i32): void {
  for (; count > 0; count -= 4) {
    const value = loadPartial(x, count);
    v128.store(to, f32x4.mul(value, value));
    x += 16;
    to += 16;
  }
}

/** `value ^ -beta`, by roots for the exponents that networks have. */
// @ts-ignore: decorator
@inline
function powerOf(value: v128, beta: f32): v128 {
  if (beta == 0.75 || beta == 0.5) {
    const root = f32x4.sqrt(value);
    return f32x4.div(f32x4.splat(1), beta == 0.5 ? root : f32x4.mul(root, f32x4.sqrt(root)));
  }
  return exp4(f32x4.neg(f32x4.mul(f32x4.splat(beta), log4(value))));
}

/**
 * Local response normalisation: `x / (bias + alpha * s)^beta`, where `s` adds up the squares of the channels at most `radius` away. Items are pixels.
 * `scratch` holds a line of `lineFloats` for each task: whole pixels, twice the radius and 4 more.
 */
export function normalizeLocally(
  task: i32,
  tasks: i32,
  x: usize,
  y: usize,
  pixels: i32,
  channels: i32,
  radius: i32,
  bias: f32,
  alpha: f32,
  beta: f32,
  scratch: usize,
  lineFloats: i32,
): void {
  const line = scratch + (<usize>(task * lineFloats + radius) << 2);
  const block = (lineFloats - 2 * radius - 4) / channels;
  const step = 4 % channels;
  const end = partStart(pixels, task + 1, tasks);
  for (let pixel = partStart(pixels, task, tasks); pixel < end; pixel += block) {
    const start = <usize>(pixel * channels) << 2;
    const count = min(block, end - pixel) * channels;
    writeSquares(x + start, line, count);
    let channel = firstChannels(channels);
    for (let i = 0; i < count; i += 4) {
      const shift = <usize>i << 2;
      const at = start + shift;
      const norm = f32x4.add(f32x4.splat(bias), f32x4.mul(f32x4.splat(alpha), windowSum(line + shift, channel, channels, radius)));
      storePartial(y + at, f32x4.mul(loadPartial(x + at, count - i), powerOf(norm, beta)), count - i);
      channel = nextChannels(channel, step, channels);
    }
  }
}

/**
 * The gradient of {@link normalizeLocally}: `dy * n^-beta - 2 alpha beta x t`, where `n` is what is raised to a power, and `t` adds up `dy * y / n` of
 * the channels at most `radius` away. `scratch` holds two lines for each task.
 */
export function localResponseGradient(
  task: i32,
  tasks: i32,
  x: usize,
  y: usize,
  dy: usize,
  dx: usize,
  pixels: i32,
  channels: i32,
  radius: i32,
  bias: f32,
  alpha: f32,
  beta: f32,
  scratch: usize,
  lineFloats: i32,
): void {
  const squares = scratch + (<usize>(2 * task * lineFloats + radius) << 2);
  const shares = squares + (<usize>lineFloats << 2);
  const block = (lineFloats - 2 * radius - 4) / channels;
  const step = 4 % channels;
  const slope = f32x4.splat(-2 * alpha * beta);
  const end = partStart(pixels, task + 1, tasks);
  for (let pixel = partStart(pixels, task, tasks); pixel < end; pixel += block) {
    const start = <usize>(pixel * channels) << 2;
    const count = min(block, end - pixel) * channels;
    writeSquares(x + start, squares, count);
    let channel = firstChannels(channels);
    for (let i = 0; i < count; i += 4) {
      const shift = <usize>i << 2;
      const at = start + shift;
      const norm = f32x4.add(f32x4.splat(bias), f32x4.mul(f32x4.splat(alpha), windowSum(squares + shift, channel, channels, radius)));
      const gradient = loadPartial(dy + at, count - i);
      v128.store(shares + shift, f32x4.div(f32x4.mul(gradient, loadPartial(y + at, count - i)), norm));
      storePartial(dx + at, f32x4.mul(gradient, powerOf(norm, beta)), count - i);
      channel = nextChannels(channel, step, channels);
    }
    channel = firstChannels(channels);
    for (let i = 0; i < count; i += 4) {
      const shift = <usize>i << 2;
      const at = start + shift;
      const ofOthers = f32x4.mul(f32x4.mul(slope, loadPartial(x + at, count - i)), windowSum(shares + shift, channel, channels, radius));
      storePartial(dx + at, f32x4.add(loadPartial(dx + at, count - i), ofOthers), count - i);
      channel = nextChannels(channel, step, channels);
    }
  }
}
