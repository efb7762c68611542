/** A box by two corners: the start and the end of each of its two axes. */
export type Box = ArrayLike<number>;

/** What became of a detection: it found a box, found none, or does not count. */
export type Outcome = 'right' | 'wrong' | 'ignored';

/** A box that is there. */
export interface TrueBox {
  readonly box: Box;
  /** Whether it is a crowd or too difficult: any number of detections may fall onto it, none of which count. */
  readonly isIgnored: boolean;
}

/** What detections of one class in one image are matched by. */
export interface MatchOptions {
  readonly threshold: number;
  /** Boxes of another area do not count. */
  readonly areaRange: readonly [number, number];
}

/** Matches detections, the surest first, with the boxes of an image. */
export type Match = (detections: readonly Box[], truths: readonly TrueBox[], options: MatchOptions) => Outcome[];

function side(box: Box, axis: number): number {
  return (box[axis + 2] as number) - (box[axis] as number);
}

/** The area of a box. */
function area(box: Box): number {
  return side(box, 0) * side(box, 1);
}

function shared(a: Box, b: Box): number {
  const along = (axis: number): number =>
    Math.max(0, Math.min(a[axis + 2] as number, b[axis + 2] as number) - Math.max(a[axis] as number, b[axis] as number));
  return along(0) * along(1);
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

function intersectionOverUnion(a: Box, b: Box): number {
  const both = shared(a, b);
  return ratio(both, area(a) + area(b) - both);
}

/** Whether the area of a box counts. */
export function isInRange(box: Box, [least, most]: readonly [number, number]): boolean {
  return area(box) >= least && area(box) <= most;
}

/**
 * COCO's rule: each detection takes the box that it overlaps most of those that are left, and one that does not count only where no other
 * is near enough. What falls onto a crowd is measured against its own area.
 */
export const matchCoco: Match = (detections, truths, { threshold, areaRange }) => {
  const isIgnored = ({ box, isIgnored }: TrueBox): boolean => isIgnored || !isInRange(box, areaRange);
  const ordered = [...truths.filter((truth) => !isIgnored(truth)), ...truths.filter(isIgnored)];
  const taken = new Set<TrueBox>();
  return detections.map((box) => {
    let best = Math.min(threshold, 1 - 1e-10);
    let found: TrueBox | undefined;
    for (const truth of ordered) {
      if (taken.has(truth) && !truth.isIgnored) continue;
      if (found !== undefined && !isIgnored(found) && isIgnored(truth)) break;
      const overlap = truth.isIgnored ? ratio(shared(box, truth.box), area(box)) : intersectionOverUnion(box, truth.box);
      if (overlap < best) continue;
      best = overlap;
      found = truth;
    }
    if (found === undefined) return isInRange(box, areaRange) ? 'wrong' : 'ignored';
    taken.add(found);
    return isIgnored(found) ? 'ignored' : 'right';
  });
};

/** Pascal VOC's rule: each detection goes for the box that it overlaps most, which may be found once. */
export const matchVoc: Match = (detections, truths, { threshold }) => {
  const taken = new Set<TrueBox>();
  return detections.map((box) => {
    let best = -1;
    let found: TrueBox | undefined;
    for (const truth of truths) {
      const overlap = intersectionOverUnion(box, truth.box);
      if (overlap <= best) continue;
      best = overlap;
      found = truth;
    }
    if (found === undefined || best < threshold) return 'wrong';
    if (found.isIgnored) return 'ignored';
    if (taken.has(found)) return 'wrong';
    taken.add(found);
    return 'right';
  });
};
