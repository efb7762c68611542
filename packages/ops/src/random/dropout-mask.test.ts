import { trackLeaks } from '@kumiko/backend';
import { generator, key } from '@kumiko/core';
import { expect, test } from 'vitest';
import { onEveryBackend } from '../backends.fixture.ts';
import { moment } from '../kolmogorov-smirnov.fixture.ts';
import { dropoutMask } from './dropout-mask.ts';

onEveryBackend(() => {
  test('it drops where the uniform is below the rate and scales the rest', async () => {
    const mask = await trackLeaks(() => dropoutMask(key(5), [4, 25], 0.75));
    expect(mask.shape).toEqual([4, 25]);
    // 1 / (1 - 0.75) = 4.
    expect(await mask.data()).toEqual(generator(key(5)).uniforms(100).map((u) => (u < 0.75 ? 0 : 4))); // prettier-ignore
  });

  test('its expectation is 1', async () => {
    const mask = await dropoutMask(key(6), [40_000], 0.2).data();
    // Variance r / (1 - r) = 0.25, standard error 0.5 / 200 = 0.0025; four of it.
    expect(Math.abs(moment(mask, 1) - 1)).toBeLessThan(0.01);
    expect(new Set(mask)).toEqual(new Set([0, 1.25]));
  });

  test('it refuses what is no rate', () => {
    expect(() => dropoutMask(key(0), [1], 1)).toThrow('dropoutMask: expected a rate in [0, 1), got 1. Pass the share that is dropped.');
    expect(() => dropoutMask(key(0), [1], -0.1)).toThrow('got -0.1');
  });
});
