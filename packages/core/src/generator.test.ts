import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generator } from './generator.ts';
import { key } from './key.ts';
import { threefry2x32 } from './threefry.ts';

describe('generator', () => {
  test('draws the blocks of the counters 2 * 2^32 and up, through the end of its buffer', () => {
    const random = generator(key(11));
    const drawn = Array.from({ length: 140 }, () => random.uint32());
    expect(drawn).toEqual(Array.from({ length: 70 }, (_, i) => threefry2x32([0, 11], [2, i])).flat());
  });

  test('starts over for the same key and differs for another', () => {
    expect(generator(key(1)).uniforms(100)).toEqual(generator(key(1)).uniforms(100));
    expect(generator(key(1)).uniforms(100)).not.toEqual(generator(key(2)).uniforms(100));
  });

  test('uniform is the upper 24 bits of a word', () => {
    const value = generator(key(3)).uniform();
    expect(value).toBe(Math.floor(threefry2x32([0, 3], [2, 0])[0] / 256) / 2 ** 24);
    expect(Math.fround(value)).toBe(value);
  });

  test('uniforms are uniform', () => {
    const values = generator(key(4)).uniforms(100_000);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    // Ten bins of 10,000 expected each: chi-squared with 9 degrees of freedom is below 27.9 with probability 0.999.
    const bins = new Array<number>(10).fill(0);
    for (const value of values) bins[Math.floor(value * 10)]! += 1;
    expect(bins.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.9);
  });

  test('normal is Box-Muller of two words, cosine first', () => {
    const [a, b] = threefry2x32([0, 5], [2, 0]);
    const radius = Math.sqrt(-2 * Math.log((a + 0.5) / 2 ** 32));
    const random = generator(key(5));
    expect(random.normal()).toBeCloseTo(radius * Math.cos((2 * Math.PI * b) / 2 ** 32), 12);
    expect(random.normal()).toBeCloseTo(radius * Math.sin((2 * Math.PI * b) / 2 ** 32), 12);
  });

  test('normals are the rounded values of normal and have the moments of a standard normal', () => {
    const one = generator(key(6));
    const values = generator(key(6)).normals(100_001);
    expect(values[0]).toBe(Math.fround(one.normal()));
    expect(values[1]).toBe(Math.fround(one.normal()));
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    // Standard errors for n = 1e5: mean 0.0032, second moment sqrt(2/n) 0.0045, third sqrt(15/n) 0.012, fourth sqrt(96/n) 0.031; four of each.
    expect(Math.abs(moment(1))).toBeLessThan(0.013);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.018);
    expect(Math.abs(moment(3))).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.125);
  });

  test('integer has no bias where the remainder of 2^32 would', () => {
    // max = 3 * 2^30: without rejection the values below 2^30 would come twice as often, half of the time instead of a third.
    const random = generator(key(7));
    let low = 0;
    for (let i = 0; i < 30_000; i++) if (random.integer(3 * 2 ** 30) < 2 ** 30) low++;
    // Standard error sqrt(30000 * 2/9) = 82; four of it.
    expect(Math.abs(low - 10_000)).toBeLessThan(330);
  });

  test('integer stays below max', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, max) => {
        const value = generator(key(seed)).integer(max);
        expect(Number.isInteger(value) && value >= 0 && value < max).toBe(true);
      }),
    );
    expect(generator(key(0)).integer(1)).toBe(0);
    expect(generator(key(0)).integer(2 ** 32)).toBe(threefry2x32([0, 0], [2, 0])[0]);
  });

  test('permutation holds every index once', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(200), (seed, length) => {
        const order = generator(key(seed)).permutation(length);
        expect(order).toBeInstanceOf(Int32Array);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
      }),
    );
  });

  test('permutations of three are equally likely', () => {
    const random = generator(key(8));
    const counts = new Map<string, number>();
    for (let i = 0; i < 60_000; i++) {
      const order = random.permutation(3).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Chi-squared with 5 degrees of freedom is below 20.5 with probability 0.999.
    expect([...counts.values()].reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(20.5);
  });

  test('choice reaches every item', () => {
    const random = generator(key(9));
    expect(new Set(Array.from({ length: 100 }, () => random.choice(['a', 'b', 'c'])))).toEqual(new Set(['a', 'b', 'c']));
    expect(random.choice(new Float32Array([2]))).toBe(2);
  });

  test('refuses what it cannot draw', () => {
    const random = generator(key(0));
    expect(() => random.integer(0)).toThrow(
      'generator.integer: expected max to be an integer in [1, 2^32], got 0. Pass how many values there are.',
    );
    expect(() => random.integer(2 ** 32 + 1)).toThrow('generator.integer');
    expect(() => random.integer(1.5)).toThrow('generator.integer');
    expect(() => random.permutation(-1)).toThrow(
      'generator.permutation: expected a length in [0, 2^31), got -1. Pass how many values you need.',
    );
    expect(() => random.uniforms(0.5)).toThrow('generator.uniforms');
    expect(() => random.normals(2 ** 31)).toThrow('generator.normals');
    expect(() => random.choice([])).toThrow('generator.choice: expected at least one item, got none. Pass a non-empty array.');
  });
});
