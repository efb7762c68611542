/** A point on the line: how far along, the loss there, and its slope along the line. */
export interface LinePoint {
  readonly at: number;
  readonly value: number;
  readonly slope: number;
}

/** What a line search may do. */
export interface LineSearchLimits {
  /** Length of the direction, as its largest number. */
  readonly directionSize: number;
  /** Points that may be tried behind the first. */
  readonly trials: number;
}

const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;
const SMALLEST_BRACKET = 1e-9;

/**
 * A point that satisfies the strong Wolfe conditions, or the lowest that was found: first a bracket is widened, then it is narrowed by cubic
 * interpolation. As PyTorch's, but that a value that is not finite counts as too high, and the start is a point too.
 *
 * @see Nocedal and Wright, "Numerical optimization", algorithms 3.5 and 3.6; torch.optim.lbfgs._strong_wolfe
 */
export function strongWolfe(start: LinePoint, first: number, tryAt: (at: number) => LinePoint, limits: LineSearchLimits): LinePoint {
  const isTooHigh = ({ at, value }: LinePoint): boolean => !(value <= start.value + SUFFICIENT_DECREASE * at * start.slope);
  const isFlat = ({ slope }: LinePoint): boolean => Math.abs(slope) <= -CURVATURE * start.slope;

  let previous = start;
  let trial = tryAt(first);
  let trials = 0;
  while (trials < limits.trials) {
    if (isTooHigh(trial) || (trials > 1 && trial.value >= previous.value)) break;
    if (isFlat(trial)) return trial;
    if (trial.slope >= 0) break;
    const next = cubicMinimum(previous, trial, trial.at + 0.01 * (trial.at - previous.at), trial.at * 10);
    previous = trial;
    trial = tryAt(next);
    trials++;
  }
  if (trials === limits.trials) previous = start;

  let [low, high] = trial.value < previous.value ? [trial, previous] : [previous, trial];
  let nearEnd = false;
  for (; trials < limits.trials; trials++) {
    const [left, right] = low.at < high.at ? [low.at, high.at] : [high.at, low.at];
    if ((right - left) * limits.directionSize < SMALLEST_BRACKET) break;
    let at: number = cubicMinimum(low, high, left, right);
    const margin = 0.1 * (right - left);
    const isNear: boolean = Math.min(right - at, at - left) < margin;
    const moves: boolean = isNear && (nearEnd || at >= right || at <= left);
    if (moves) at = right - at < at - left ? right - margin : left + margin;
    nearEnd = isNear && !moves;

    trial = tryAt(at);
    if (isTooHigh(trial) || trial.value >= low.value) {
      [low, high] = trial.value < low.value ? [trial, low] : [low, trial];
    } else {
      if (isFlat(trial)) return trial;
      if (trial.slope * (high.at - low.at) >= 0) high = low;
      low = trial;
    }
  }
  return low;
}

/** Where the cubic through two points and their slopes is lowest between two bounds; their middle, where it has no minimum. */
function cubicMinimum(a: LinePoint, b: LinePoint, least: number, most: number): number {
  const [left, right] = a.at <= b.at ? [a, b] : [b, a];
  const chord = left.slope + right.slope - (3 * (left.value - right.value)) / (left.at - right.at);
  const square = chord ** 2 - left.slope * right.slope;
  const root = Math.sqrt(square);
  const at = right.at - (right.at - left.at) * ((right.slope + root - chord) / (right.slope - left.slope + 2 * root));
  return square >= 0 && !Number.isNaN(at) ? Math.min(Math.max(at, least), most) : (least + most) / 2;
}
