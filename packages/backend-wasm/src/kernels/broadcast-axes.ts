/** An axis over which two operands are walked together. A stride of 0 repeats the operand. */
export interface BroadcastAxis {
  readonly length: number;
  /** Elements between neighbours of the first operand. */
  readonly a: number;
  /** Elements between neighbours of the second operand. */
  readonly b: number;
}

/**
 * The fewest axes that walk two operands as they broadcast to `output`, the last axis first. Axes over which both go on as they did are one.
 *
 * @param a shape of the first operand
 * @param b shape of the second operand
 * @returns at least one axis, in the first of which no operand has a stride but 0 and 1
 * @example
 * broadcastAxes([8, 4, 3], [3], [8, 4, 3]); // [{ length: 3, a: 1, b: 1 }, { length: 32, a: 3, b: 0 }]
 */
export function broadcastAxes(a: readonly number[], b: readonly number[], output: readonly number[]): BroadcastAxis[] {
  const axes: { length: number; a: number; b: number }[] = [];
  let sizeOfA = 1;
  let sizeOfB = 1;
  for (let fromEnd = 1; fromEnd <= output.length; fromEnd++) {
    const length = output.at(-fromEnd)!;
    if (length === 1) continue;
    const isInA = (a.at(-fromEnd) ?? 1) === length && fromEnd <= a.length;
    const isInB = (b.at(-fromEnd) ?? 1) === length && fromEnd <= b.length;
    const axis = { length, a: isInA ? sizeOfA : 0, b: isInB ? sizeOfB : 0 };
    const last = axes.at(-1);
    if (last?.a === axis.a / (last?.length ?? 1) && last.b === axis.b / last.length) last.length *= length;
    else axes.push(axis);
    if (isInA) sizeOfA *= length;
    if (isInB) sizeOfB *= length;
  }
  return axes.length > 0 ? axes : [{ length: 1, a: 1, b: 1 }];
}
