import { expect, test } from 'vitest';
import { plannedPooling, plannedVolumePooling, type PoolingAttrs, type VolumePoolingAttrs } from './pooling-plans.ts';

test('whatever differs is another pooling', () => {
  const plan = plannedPooling(({ outShape }) => ({ outShape }));
  const attrs: PoolingAttrs = { filterSize: 2, strides: 1, pad: 'valid' };
  const first = plan([1, 5, 6, 2], attrs);
  expect(first.outShape).toEqual([1, 4, 5, 2]);
  expect(plan([1, 5, 6, 2], { ...attrs, filterSize: [2, 2], strides: [1, 1] })).toBe(first);
  const others = [
    plan([2, 5, 6, 2], attrs),
    plan([1, 6, 5, 2], attrs),
    plan([1, 5, 6, 3], attrs),
    plan([1, 5, 6, 2], { ...attrs, filterSize: [2, 3] }),
    plan([1, 5, 6, 2], { ...attrs, filterSize: [3, 2] }),
    plan([1, 5, 6, 2], { ...attrs, strides: [1, 2] }),
    plan([1, 5, 6, 2], { ...attrs, strides: [2, 1] }),
    plan([1, 5, 6, 2], { ...attrs, pad: 'same' }),
    plan([1, 5, 6, 2], { ...attrs, pad: 1 }),
    plan([1, 5, 6, 2], { ...attrs, pad: 1, dimRoundingMode: 'ceil' }),
  ];
  expect(new Set([first, ...others]).size).toBe(others.length + 1);
});

test('padding by sides is planned every time', () => {
  const plan = plannedPooling(({ outShape }) => ({ outShape }));
  const attrs: PoolingAttrs = { filterSize: 2, strides: 1, pad: [[0, 0], [1, 0], [0, 2], [0, 0]] }; // prettier-ignore
  expect(plan([1, 5, 6, 2], attrs).outShape).toEqual([1, 5, 7, 2]);
  expect(plan([1, 5, 6, 2], attrs)).not.toBe(plan([1, 5, 6, 2], attrs));
});

test('whatever differs is another pooling of volumes', () => {
  const plan = plannedVolumePooling(({ outShape }) => ({ outShape }));
  const attrs: VolumePoolingAttrs = { filterSize: 2, strides: 1, pad: 'valid' };
  const first = plan([1, 4, 5, 6, 2], attrs);
  expect(first.outShape).toEqual([1, 3, 4, 5, 2]);
  expect(plan([1, 4, 5, 6, 2], { ...attrs, filterSize: [2, 2, 2], strides: [1, 1, 1] })).toBe(first);
  const others = [
    plan([1, 5, 5, 6, 2], attrs),
    plan([1, 4, 5, 6, 3], attrs),
    plan([1, 4, 5, 6, 2], { ...attrs, filterSize: [2, 2, 3] }),
    plan([1, 4, 5, 6, 2], { ...attrs, strides: [1, 1, 2] }),
    plan([1, 4, 5, 6, 2], { ...attrs, pad: 'same' }),
    plan([1, 4, 5, 6, 2], { ...attrs, pad: 1, dimRoundingMode: 'ceil' }),
  ];
  expect(new Set([first, ...others]).size).toBe(others.length + 1);
});
