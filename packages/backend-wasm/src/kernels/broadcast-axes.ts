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
  const beforeA = output.length - a.length;
  const beforeB = output.length - b.length;
  let sizeOfA = 1;
  let sizeOfB = 1;
  for (let i = output.length - 1; i >= 0; i--) {
    const length = output[i]!;
    if (length === 1) continue;
    const isInA = i >= beforeA && a[i - beforeA] === length;
    const isInB = i >= beforeB && b[i - beforeB] === length;
    const stepA = isInA ? sizeOfA : 0;
    const stepB = isInB ? sizeOfB : 0;
    const last = axes.length > 0 ? axes[axes.length - 1] : undefined;
    if (last !== undefined && last.a * last.length === stepA && last.b * last.length === stepB) last.length *= length;
    else axes.push({ length, a: stepA, b: stepB });
    if (isInA) sizeOfA *= length;
    if (isInB) sizeOfB *= length;
  }
  if (axes.length === 0) axes.push({ length: 1, a: 1, b: 1 });
  return axes;
}
