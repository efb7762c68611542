import type { Layer, ShapeTree } from '@kumiko/core';
import { summaryRows } from '../summary-rows.ts';

/** What a call of a layer costs, the layers that it is made of included; for a layer around it. */
export function flopsOf(layer: Layer, input: ShapeTree): number {
  return summaryRows(layer, input).reduce((sum, { flops }) => sum + flops, 0);
}
