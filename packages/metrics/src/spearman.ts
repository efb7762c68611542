import { checkLengths, checkNumbers, sortedBy } from './internal/samples.ts';

/** The places of numbers in their order, from 1; equal numbers share the mean of their places. */
function ranks(numbers: ArrayLike<number>): Float64Array {
  const order = sortedBy(numbers, 'rising');
  const places = new Float64Array(numbers.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && numbers[order[to] as number] === numbers[order[from] as number]) to++;
    for (let i = from; i < to; i++) places[order[i] as number] = (from + 1 + to) / 2;
    from = to;
  }
  return places;
}

/**
 * Spearman's rank correlation, in [-1, 1]: the Pearson correlation of the ranks, where equal numbers share the mean of their ranks.
 * On the host in float64; NaN where either list is constant.
 *
 * @throws KumikoError when lengths differ, there are fewer than two numbers, or one is NaN
 * @example
 * spearman([1, 2, 3, 4], [1, 4, 9, 2]); // 0.4
 * @see Spearman, 1904; scipy's spearmanr
 */
export function spearman(first: ArrayLike<number>, second: ArrayLike<number>): number {
  checkLengths('spearman', first, second, 2);
  checkNumbers('spearman', 'numbers', first);
  checkNumbers('spearman', 'numbers', second);
  const [x, y] = [ranks(first), ranks(second)];
  const mean = (x.length + 1) / 2;
  let [products, squaresX, squaresY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [(x[i] as number) - mean, (y[i] as number) - mean];
    products += dx * dy;
    squaresX += dx * dx;
    squaresY += dy * dy;
  }
  return products / Math.sqrt(squaresX * squaresY);
}
