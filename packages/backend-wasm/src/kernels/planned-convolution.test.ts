import { expect, test } from 'vitest';
import type { ConvolutionAttrs } from './convolution-attrs.ts';
import { plannedConvolution } from './planned-convolution.ts';

const attrs: ConvolutionAttrs = { strides: 1, pad: 'same' };

function counted() {
  let made = 0;
  const plan = plannedConvolution((info) => ({ number: ++made, outShape: info.outShape }));
  return { plan, made: () => made };
}

test('a geometry is planned once', () => {
  const { plan, made } = counted();
  const first = plan([1, 5, 6, 2], [3, 3, 2, 4], attrs);
  expect(first.outShape).toEqual([1, 5, 6, 4]);
  expect(plan([1, 5, 6, 2], [3, 3, 2, 4], { strides: [1, 1], pad: 'same', dilations: 1 })).toBe(first);
  expect(made()).toBe(1);
});

test('whatever differs is another geometry', () => {
  const { plan } = counted();
  const x = [1, 5, 6, 2];
  const filter = [3, 3, 2, 4];
  const plans = [
    plan(x, filter, attrs),
    plan([2, 5, 6, 2], filter, attrs),
    plan([1, 6, 5, 2], filter, attrs),
    plan(x, [3, 2, 2, 4], attrs),
    plan(x, [3, 3, 2, 5], attrs),
    plan(x, filter, { ...attrs, strides: [1, 2] }),
    plan(x, filter, { ...attrs, strides: [2, 1] }),
    plan(x, filter, { ...attrs, dilations: [1, 2] }),
    plan(x, filter, { ...attrs, pad: 'valid' }),
    plan(x, filter, { ...attrs, pad: 1 }),
    plan(x, filter, { ...attrs, pad: 1, dimRoundingMode: 'floor' }),
    plan([1, 2, 5, 6], filter, { ...attrs, dataFormat: 'NCHW' }),
  ];
  expect(new Set(plans).size).toBe(plans.length);
});

test('explicit padding is planned every time', () => {
  const { plan, made } = counted();
  const explicit: ConvolutionAttrs = { strides: 1, pad: [[0, 0], [1, 0], [0, 2], [0, 0]] }; // prettier-ignore
  expect(plan([1, 5, 6, 2], [3, 3, 2, 4], explicit).outShape).toEqual([1, 4, 6, 4]);
  plan([1, 5, 6, 2], [3, 3, 2, 4], explicit);
  expect(made()).toBe(2);
});

test('more geometries than are remembered', () => {
  const { plan } = counted();
  for (let round = 0; round < 2; round++) {
    for (let size = 1; size <= 300; size++) expect(plan([1, size, size, 1], [1, 1, 1, 1], attrs).outShape).toEqual([1, size, size, 1]);
  }
});

test('padding that tfjs does not know is refused as it does', () => {
  const { plan } = counted();
  expect(() => plan([1, 5, 6, 2], [3, 3, 2, 4], { ...attrs, pad: 'other' as never })).toThrow('Unknown padding parameter: other');
});
