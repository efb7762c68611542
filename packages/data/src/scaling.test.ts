import { describe, expect, test } from 'vitest';
import { fitRangeScaling } from './fit-range-scaling.ts';
import { fitStandardScaling } from './fit-standard-scaling.ts';
import { fromArrays } from './from-arrays.ts';
import { hostTensor } from './host-tensor.ts';
import { applyScaling } from './scaling.ts';

const x = hostTensor(new Float32Array([1, 10, 5, 2, 20, 5, 3, 60, 5, 6, 70, 5]), [4, 3]);
const rows = fromArrays({ x });

describe('fitStandardScaling', () => {
  test('is mean and population deviation, and 1 where nothing varies', async () => {
    const { offset, scale } = await fitStandardScaling(rows, (row) => row.x);
    // (1+2+3+6)/4 = 3; (4+1+0+9)/4 = 3.5. (10+20+60+70)/4 = 40; (900+400+400+900)/4 = 650.
    expect([...offset]).toEqual([3, 40, 5]);
    expect(scale[0]).toBeCloseTo(Math.sqrt(3.5), 14);
    expect(scale[1]).toBeCloseTo(Math.sqrt(650), 12);
    expect(scale[2]).toBe(1);
  });

  test('keeps its digits far from zero', async () => {
    const far = fromArrays(new Float64Array([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]));
    const { offset, scale } = await fitStandardScaling(far, (row) => row.value);
    // Deviations -6, -3, 3, 6 from the mean: 90 / 4 = 22.5.
    expect(offset[0]).toBe(1e9 + 10);
    expect(scale[0]).toBeCloseTo(Math.sqrt(22.5), 12);
  });

  test('sees every place of an image as an example of its channel', async () => {
    const image = fromArrays(hostTensor(new Uint8Array([0, 100, 2, 200, 4, 100, 6, 200]), [2, 1, 2, 2]));
    const { offset } = await fitStandardScaling(image, (row) => row);
    expect([...offset]).toEqual([3, 150]);
  });
});

test('fitRangeScaling is minimum and range, and 1 where nothing varies', async () => {
  const { offset, scale } = await fitRangeScaling(rows, (row) => row.x);
  expect([...offset]).toEqual([1, 10, 5]);
  expect([...scale]).toEqual([5, 60, 1]);
});

test('applyScaling scales a row or a column along the last axis', async () => {
  const scaling = await fitRangeScaling(rows, (row) => row.x);
  expect([...applyScaling(rows.row(3).x, scaling).values]).toEqual([1, 1, 0]);
  const column = applyScaling(x, scaling);
  expect(column.shape).toEqual([4, 3]);
  expect([...column.values.subarray(6, 9)]).toEqual([Math.fround(2 / 5), Math.fround(50 / 60), 0]);
  expect(applyScaling(4, { offset: Float64Array.of(2), scale: Float64Array.of(4) }).value).toBe(0.5);
});

test('refuses no rows and other numbers of features', async () => {
  await expect(fitStandardScaling(fromArrays(new Float32Array(0)), (row) => row)).rejects.toThrow(
    'fitStandardScaling: expected at least one row with features, got none. Pass the rows to train on.',
  );
  let calls = 0;
  await expect(fitRangeScaling(rows, () => new Float32Array(++calls))).rejects.toThrow(
    'fitRangeScaling: expected 1 features in every row, got 2. Select features of one shape.',
  );
  const scaling = await fitRangeScaling(rows, (row) => row.x);
  expect(() => applyScaling(new Float32Array(2), scaling)).toThrow(
    'applyScaling: expected 3 features on the last axis, got 2. Pass the features that the scaling was fitted to.',
  );
});
