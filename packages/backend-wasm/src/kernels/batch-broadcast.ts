/** Which of an operand's matrices product i uses: number `(i / divide | 0) % modulo`. */
export interface BatchBroadcast {
  readonly divide: number;
  readonly modulo: number;
}

/**
 * How an operand's outer dimensions repeat over those of the output, to which they broadcast.
 *
 * @returns undefined when one division and one remainder cannot say it: broadcast axes lie between axes that are not
 * @example
 * batchBroadcast([5, 1], [5, 3]); // { divide: 3, modulo: 5 }
 * batchBroadcast([3], [5, 3]); // { divide: 1, modulo: 3 }
 */
export function batchBroadcast(shape: readonly number[], output: readonly number[]): BatchBroadcast | undefined {
  let divide = 1;
  let modulo = 1;
  let finished = false;
  for (let axis = output.length - 1; axis >= 0; axis--) {
    const length = output[axis]!;
    if (length === 1) continue;
    if ((shape[axis - output.length + shape.length] ?? 1) === length) {
      if (finished) return undefined;
      modulo *= length;
    } else if (modulo > 1) {
      finished = true;
    } else {
      divide *= length;
    }
  }
  return { divide, modulo };
}
