import { check } from '@kumiko/core';
import { checkLengths } from './internal/samples.ts';

function distance(first: ArrayLike<number>, second: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < first.length; i++) sum += ((first[i] as number) - (second[i] as number)) ** 2;
  return Math.sqrt(sum);
}

/**
 * How well points lie in their groups, the mean over points, in [-1, 1]: `(b - a) / max(a, b)`, where a is the mean Euclidean distance to the
 * others of the group, and b that to the nearest other group; 0 for a point that is alone in its group. On the host in float64, in O(n^2).
 *
 * @param points coordinates of each point, all of one length
 * @param labels the group of each point
 * @throws KumikoError when lengths differ, or there are not 2 to n - 1 groups
 * @example
 * silhouette([[0], [1], [5], [6]], [0, 0, 1, 1]); // 0.7979797979797979, the mean of 9/11 and 7/9
 * @see Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis", 1987; scikit-learn's silhouette_score
 */
export function silhouette(points: readonly ArrayLike<number>[], labels: ArrayLike<number>): number {
  checkLengths('silhouette', points, labels);
  const dimensions = (points[0] as ArrayLike<number>).length;
  const other = points.find((point) => point.length !== dimensions);
  check(
    other === undefined,
    'silhouette',
    () => `expected points of one length, got ${dimensions} and ${(other as ArrayLike<number>).length} coordinates. Pass all of them.`,
  );
  const sizes = new Map<number, number>();
  for (const label of Array.from(labels)) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  check(
    sizes.size >= 2 && sizes.size < points.length,
    'silhouette',
    () => `expected 2 to ${points.length - 1} groups of ${points.length} points, got ${sizes.size}. Group them otherwise.`,
  );
  let sum = 0;
  points.forEach((point, i) => {
    const own = labels[i] as number;
    if (sizes.get(own) === 1) return;
    const distances = new Map<number, number>();
    points.forEach((to, j) => distances.set(labels[j] as number, (distances.get(labels[j] as number) ?? 0) + distance(point, to)));
    const within = (distances.get(own) as number) / ((sizes.get(own) as number) - 1);
    let nearest = Infinity;
    for (const [group, total] of distances) if (group !== own) nearest = Math.min(nearest, total / (sizes.get(group) as number));
    const larger = Math.max(within, nearest);
    sum += larger === 0 ? 0 : (nearest - within) / larger;
  });
  return sum / points.length;
}
