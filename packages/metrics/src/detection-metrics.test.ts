import { describe, expect, test } from 'vitest';
import golden from '../../../fixtures/metrics/detection.json' with { type: 'json' };
import { detectionMeanAveragePrecision, type DetectionOptions } from './detection-mean-average-precision.ts';

const predictions = golden.images.map(({ prediction }) => prediction);
const truths = golden.images.map(({ truth }) => truth);

test.each(golden.rows.map((row): [string, typeof row] => [JSON.stringify(row.options), row]))(
  'is that of the challenges: %s',
  (_name, row) => {
    const scores = detectionMeanAveragePrecision(predictions, truths, row.options as unknown as DetectionOptions);
    const close = (actual: readonly number[], expected: readonly number[]): void => {
      expect(actual.length).toBe(expected.length);
      actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 12));
    };
    close([scores.meanAveragePrecision, scores.meanAverageRecall], [row.meanAveragePrecision, row.meanAverageRecall]);
    expect(scores.perClass.map((one) => one.class)).toEqual(row.classes);
    close(scores.perThreshold, row.perThreshold);
    close(scores.perClass.map(({ averagePrecision }) => averagePrecision), row.perClass); // prettier-ignore
    close(scores.perClass.map(({ recall }) => recall), row.recallPerClass); // prettier-ignore
  },
);

const box = (start: number, end: number): number[] => [start, 0, end, 1];
/** Boxes along a line, of one class. */
const found = (...boxes: readonly (readonly [start: number, end: number, score: number])[]) => ({
  boxes: boxes.map(([start, end]) => box(start, end)),
  classes: boxes.map(() => 0),
  scores: boxes.map(([, , score]) => score),
});
const there = (...boxes: readonly (readonly [start: number, end: number])[]) => ({
  boxes: boxes.map(([start, end]) => box(start, end)),
  classes: boxes.map(() => 0),
});
const map = (...[predictions, truths, options]: Parameters<typeof detectionMeanAveragePrecision>): number =>
  detectionMeanAveragePrecision(predictions, truths, options).meanAveragePrecision;

describe('by hand', () => {
  const voc = { protocol: 'voc2010' } as const;

  test('a box is found once, by the surest', () => {
    // Right, wrong, right of three boxes: precisions 1, 1/2, 2/3 at recalls 1/3, 1/3, 2/3. Interpolated: 1/3 + 2/9.
    const predictions = [found([0, 10, 0.9], [0, 9, 0.8], [20, 30, 0.7])];
    expect(map(predictions, [there([0, 10], [20, 30], [40, 50])], voc)).toBeCloseTo(5 / 9, 12);
    // Of 11 recalls 0 to 0.3 have 1, and 0.4 to 0.6 have 2/3.
    expect(map(predictions, [there([0, 10], [20, 30], [40, 50])], { protocol: 'voc2007' })).toBeCloseTo((4 + 3 * (2 / 3)) / 11, 12);
    // Of 101 recalls 0 to 0.33 and 0.34 to 0.66.
    const coco = { thresholds: [0.5] };
    expect(map(predictions, [there([0, 10], [20, 30], [40, 50])], coco)).toBeCloseTo((34 + 33 * (2 / 3)) / 101, 12);
  });

  test('COCO goes on to the next box where the best is taken, VOC does not', () => {
    const predictions = [found([0, 10, 0.9], [1, 11, 0.8])];
    const truths = [there([0, 10], [4, 14])]; // 9/11 and 7/13 from the second.
    expect(map(predictions, truths, { thresholds: [0.5] })).toBeCloseTo(1, 12);
    expect(map(predictions, truths, voc)).toBeCloseTo(0.5, 12);
  });

  test('detections of several images are judged in one order, and ignored boxes swallow any number', () => {
    const truths = [{ ...there([0, 10], [20, 40]), ignored: [0, 1] }, there([0, 10])];
    const predictions = [found([0, 10, 0.5], [20, 40, 0.9], [20, 39, 0.8]), found([50, 60, 0.7], [0, 10, 0.6])];
    // Wrong at 0.7, then right twice of two boxes: precisions 0, 1/2, 2/3.
    expect(map(predictions, truths, voc)).toBeCloseTo(2 / 3, 12);
    expect(map(predictions, truths)).toBeCloseTo(2 / 3, 12);
  });

  test('of boxes that are equally near VOC goes for the first', () => {
    expect(map([found([0, 10, 1])], [{ ...there([0, 10], [0, 10]), ignored: [1, 0] }], voc)).toBe(0);
    expect(map([found([0, 10, 1])], [{ ...there([0, 10], [0, 10]), ignored: [0, 1] }], voc)).toBe(1);
  });

  test('nothing found is 0, and a box without a side overlaps nothing', () => {
    expect(map([found()], [there([0, 10])])).toBe(0);
    expect(map([found([5, 5, 1])], [there([5, 5])], voc)).toBe(0);
  });
});

test('refuses what does not fit together', () => {
  const name = 'detectionMeanAveragePrecision';
  const one = [there([0, 1])];
  const cases: [() => unknown, string][] = [
    [() => map([], one), 'expected predictions for 1 images, got them for 0. Pass empty lists where nothing was found.'],
    [() => map([{ ...found([0, 1, 1]), scores: [] }], one), 'expected an entry in each list for 1 predictions of image 0, got 1 and 0. '],
    [() => map([found()], [{ boxes: [[0, 1]], classes: [0] }]), 'expected truths of four numbers, got [0,1] in image 0. Pass two corners.'],
    [() => map([found([0, 1, NaN])], one), 'expected scores of image 0 without NaN, got NaN at 0. '],
    [() => map([found()], [there()]), 'expected at least one box that counts in truths, got none. '],
    [() => map([found()], one, { protocol: 'voc' as 'coco' }), "expected protocol 'coco', 'voc2010' or 'voc2007', got 'voc'. "],
    [() => map([found()], one, { thresholds: [0] }), 'expected thresholds in (0, 1], got [0]. '],
    [() => map([found()], one, { maxDetections: 0.5 }), 'expected maxDetections to be an integer >= 1, got 0.5. '],
  ];
  for (const [call, message] of cases) expect(call).toThrow(`${name}: ${message}`);
});
