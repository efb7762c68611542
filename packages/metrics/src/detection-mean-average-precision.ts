import { check } from '@kumiko/core';
import { detectionProtocol } from './internal/detection-protocol.ts';
import { interpolatedPrecision } from './internal/interpolated-precision.ts';
import { isInRange, matchCoco, type Outcome } from './internal/match-boxes.ts';
import { sortedBy } from './internal/samples.ts';

/** The boxes that are in an image. */
export interface TrueBoxes {
  /** Two corners each, `[y1, x1, y2, x2]` or `[x1, y1, x2, y2]`, in any unit; the lower corner first. */
  readonly boxes: readonly ArrayLike<number>[];
  /** The class of each box, any number. */
  readonly classes: ArrayLike<number>;
  /** Boxes other than 0 do not count: COCO's crowds, Pascal VOC's difficult ones. Default: all count. */
  readonly ignored?: ArrayLike<number>;
}

/** The boxes that were found in an image. */
export interface DetectedBoxes {
  /** Two corners each, as in {@link TrueBoxes}. */
  readonly boxes: readonly ArrayLike<number>[];
  /** The class of each box. */
  readonly classes: ArrayLike<number>;
  /** How sure each box is, any numbers. */
  readonly scores: ArrayLike<number>;
}

/** Options of {@link detectionMeanAveragePrecision}. */
export interface DetectionOptions {
  /**
   * Whose rules: `'coco'` interpolates precision at 101 recalls, `'voc2010'` takes the whole area, and `'voc2007'` 11 recalls; COCO and
   * VOC also differ in which box a detection goes for. Default `'coco'`.
   */
  readonly protocol?: 'coco' | 'voc2010' | 'voc2007';
  /** From which intersection over union on a box counts as found, each in (0, 1]. Default: 0.5, 0.55, ..., 0.95 for `'coco'`, 0.5 for the others. */
  readonly thresholds?: readonly number[];
  /** How many detections of a class count in an image, the surest, an integer >= 1. Default: 100 for `'coco'`, all for the others. */
  readonly maxDetections?: number;
  /** For `'coco'`: boxes of a smaller or larger area do not count; its small boxes are [0, 1024], in pixels. Default: all count. */
  readonly areaRange?: readonly [number, number];
}

/** What detections of a class say, as means over the thresholds. */
export interface ClassDetectionScores {
  readonly class: number;
  readonly averagePrecision: number;
  /** Of the boxes that are there, the share that was found at all. */
  readonly recall: number;
}

/** What {@link detectionMeanAveragePrecision} says. */
export interface DetectionScores {
  /** The mean over classes and thresholds: mAP. */
  readonly meanAveragePrecision: number;
  /** The mean of the recalls over classes and thresholds: COCO's average recall. */
  readonly meanAverageRecall: number;
  /** The mean over classes at each threshold: mAP50 is the first of COCO's, mAP75 the sixth. */
  readonly perThreshold: readonly number[];
  /** One entry for each class of which a box is there that counts, in their order. */
  readonly perClass: readonly ClassDetectionScores[];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The mean average precision of detected boxes, mAP: for each class all detections of all images, the surest first, find boxes or do not,
 * and the area under their interpolated precision over recall is averaged over classes and thresholds of overlap. On the host in float64.
 *
 * The numbers of `'coco'` are those of pycocotools for boxes; Pascal VOC's are its development kit's without the pixel that this adds to
 * each side, because boxes are not always whole pixels.
 *
 * @param predictions what was found in each image
 * @param truths what is in each image
 * @param options `protocol`, `thresholds`, `maxDetections`, `areaRange`
 * @throws KumikoError when lengths differ, a box has not four numbers, a score is NaN, no box counts, or an option is wrong
 * @example
 * const found = [{ boxes: [[0, 0, 10, 10], [50, 50, 60, 60]], classes: [3, 3], scores: [0.9, 0.8] }];
 * const there = [{ boxes: [[0, 0, 10, 8], [20, 20, 30, 30]], classes: [3, 3] }];
 * // The surer one overlaps its box by 0.8: half of the boxes is found at 7 of 10 thresholds.
 * detectionMeanAveragePrecision(found, there, { protocol: 'voc2010' }).meanAveragePrecision; // 0.5
 * detectionMeanAveragePrecision(found, there).meanAverageRecall; // 0.35
 * @see Lin et al., "Microsoft COCO", ECCV 2014, and pycocotools' COCOeval; Everingham et al., "The Pascal visual object classes challenge", IJCV 2010, section 4.2
 */
export function detectionMeanAveragePrecision(
  predictions: readonly DetectedBoxes[],
  truths: readonly TrueBoxes[],
  options: DetectionOptions = {},
): DetectionScores {
  const { areaRange = [0, Infinity] } = options;
  const { match, recalls, thresholds, maxDetections } = detectionProtocol(predictions, truths, options);
  const counts = (image: TrueBoxes, i: number): boolean =>
    !image.ignored?.[i] && (match !== matchCoco || isInRange(image.boxes[i] as ArrayLike<number>, areaRange));
  const all = truths.flatMap((image) => Array.from(image.classes).filter((_, i) => counts(image, i)));
  check(
    all.length > 0,
    'detectionMeanAveragePrecision',
    () => 'expected at least one box that counts in truths, got none. Pass images in which there is something.',
  );
  const classes = [...new Set(all)].toSorted((a, b) => a - b);
  const scores = classes.map((one) => {
    const found: { score: number; outcomes: readonly Outcome[] }[] = [];
    for (const [image, prediction] of predictions.entries()) {
      const there = boxesOf(truths[image] as TrueBoxes, one).map(({ box, index }) => ({
        box,
        isIgnored: Boolean(truths[image]?.ignored?.[index]),
      }));
      const surest = Array.from(sortedBy(prediction.scores, 'falling'))
        .filter((i) => prediction.classes[i] === one)
        .slice(0, maxDetections);
      const boxes = surest.map((i) => prediction.boxes[i] as ArrayLike<number>);
      const outcomes = thresholds.map((threshold) => match(boxes, there, { threshold, areaRange }));
      surest.forEach((i, at) =>
        found.push({ score: prediction.scores[i] as number, outcomes: outcomes.map((matched) => matched[at] as Outcome) }),
      );
    }
    const order = Array.from(sortedBy(found.map(({ score }) => score), 'falling')); // prettier-ignore
    const positives = all.filter((kind) => kind === one).length;
    return thresholds.map((_, t) => {
      const outcomes = order.map((i) => found[i]?.outcomes[t] as Outcome);
      return interpolatedPrecision(outcomes, positives, recalls);
    });
  });
  const perClass = classes.map((one, k) => ({
    class: one,
    averagePrecision: mean((scores[k] ?? []).map(({ averagePrecision }) => averagePrecision)),
    recall: mean((scores[k] ?? []).map(({ recall }) => recall)),
  }));
  return {
    meanAveragePrecision: mean(perClass.map(({ averagePrecision }) => averagePrecision)),
    meanAverageRecall: mean(perClass.map(({ recall }) => recall)),
    perThreshold: thresholds.map((_, t) => mean(scores.map((ofClass) => ofClass[t]?.averagePrecision as number))),
    perClass,
  };
}

/** The boxes of a class, with their places. */
function boxesOf({ boxes, classes }: TrueBoxes, one: number): { box: ArrayLike<number>; index: number }[] {
  return boxes.flatMap((box, index) => (classes[index] === one ? [{ box, index }] : []));
}
