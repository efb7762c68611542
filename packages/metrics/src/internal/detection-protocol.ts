import { check } from '@kumiko/core';
import type { DetectedBoxes, DetectionOptions, TrueBoxes } from '../detection-mean-average-precision.ts';
import { matchCoco, matchVoc, type Match } from './match-boxes.ts';
import { checkNumbers } from './samples.ts';

const symbol = 'detectionMeanAveragePrecision';

/** Numbers that are evenly spread from one to another. */
const even = (count: number, from: number, to: number): number[] =>
  Array.from({ length: count }, (_, i) => (i === count - 1 ? to : from + i * ((to - from) / (count - 1))));

/** How a challenge judges. */
export interface DetectionProtocol {
  /** Which detection finds which box. */
  readonly match: Match;
  /** At which recalls precision is taken; over the whole area if left out. */
  readonly recalls?: readonly number[];
  readonly thresholds: readonly number[];
  readonly maxDetections: number;
}

const protocols: Readonly<Record<string, DetectionProtocol>> = {
  coco: { match: matchCoco, recalls: /* @__PURE__ */ even(101, 0, 1), thresholds: /* @__PURE__ */ even(10, 0.5, 0.95), maxDetections: 100 },
  voc2010: { match: matchVoc, thresholds: [0.5], maxDetections: Infinity },
  voc2007: { match: matchVoc, recalls: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1], thresholds: [0.5], maxDetections: Infinity },
};

/** The protocol with the options in it, after refusing what does not fit together. */
export function detectionProtocol(
  predictions: readonly DetectedBoxes[],
  truths: readonly TrueBoxes[],
  options: DetectionOptions,
): DetectionProtocol {
  check(
    predictions.length === truths.length,
    symbol,
    () => `expected predictions for ${truths.length} images, got them for ${predictions.length}. Pass empty lists where nothing was found.`,
  );
  const checkBoxes = (
    what: string,
    image: number,
    boxes: readonly ArrayLike<number>[],
    lists: readonly (ArrayLike<number> | undefined)[],
  ): void => {
    check(
      lists.every((list) => list === undefined || list.length === boxes.length),
      symbol,
      () =>
        `expected an entry in each list for ${boxes.length} ${what} of image ${image}, got ${lists.map((list) => list?.length ?? boxes.length).join(' and ')}. Pass one of each for each box.`,
    );
    const odd = boxes.findIndex((box) => box.length !== 4 || !Array.from(box).every(Number.isFinite));
    check(odd < 0, symbol, () => `expected ${what} of four numbers, got [${Array.from(boxes[odd] ?? []).join(',')}] in image ${image}. Pass two corners.`); // prettier-ignore
  };
  truths.forEach(({ boxes, classes, ignored }, image) => checkBoxes('truths', image, boxes, [classes, ignored]));
  predictions.forEach(({ boxes, classes, scores }, image) => {
    checkBoxes('predictions', image, boxes, [classes, scores]);
    checkNumbers(symbol, `scores of image ${image}`, scores);
  });
  const { protocol: name = 'coco' } = options;
  check(
    Object.hasOwn(protocols, name),
    symbol,
    () => `expected protocol 'coco', 'voc2010' or 'voc2007', got '${String(name)}'. Choose one of them.`,
  );
  const protocol = protocols[name] as DetectionProtocol;
  const { thresholds = protocol.thresholds, maxDetections = protocol.maxDetections } = options;
  check(
    thresholds.length > 0 && thresholds.every((threshold) => threshold > 0 && threshold <= 1),
    symbol,
    () => `expected thresholds in (0, 1], got [${thresholds.join(',')}]. Pass for example [0.5].`,
  );
  check(
    maxDetections === Infinity || (Number.isInteger(maxDetections) && maxDetections >= 1),
    symbol,
    () => `expected maxDetections to be an integer >= 1, got ${maxDetections}. Pass how many detections count.`,
  );
  return { ...protocol, thresholds, maxDetections };
}
