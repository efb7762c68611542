import type { backend_util } from '@tensorflow/tfjs-core';
import { type ConvolutionAttrs, convolutionInfo } from './convolution-attrs.ts';

/** Geometries that are remembered at most. */
const SLOTS = 64;

interface Slot<Plan> {
  readonly sizes: readonly number[];
  readonly pad: ConvolutionAttrs['pad'];
  readonly dimRoundingMode: ConvolutionAttrs['dimRoundingMode'];
  readonly dataFormat: ConvolutionAttrs['dataFormat'];
  readonly plan: Plan;
}

const first = (value: number | readonly number[]): number => (typeof value === 'number' ? value : value[0]!);
const last = (value: number | readonly number[]): number => (typeof value === 'number' ? value : value[1]!);

/** Whether a slot holds these sizes: of four numbers each, and two pairs. */
function holds(
  sizes: readonly number[],
  input: readonly number[],
  filter: readonly number[],
  strides: number | readonly number[],
  dilations: number | readonly number[],
): boolean {
  for (let i = 0; i < 4; i++) if (sizes[i] !== input[i] || sizes[i + 4] !== filter[i]) return false;
  return sizes[8] === first(strides) && sizes[9] === last(strides) && sizes[10] === first(dilations) && sizes[11] === last(dilations);
}

/**
 * What is to be done for a convolution, worked out once for each geometry: for small images that costs more than the arithmetic. The latest
 * geometries are remembered, each in the slot that its sizes choose; explicit padding is worked out every time.
 *
 * @param make the plan; of no sizes but those of the convolution
 * @returns the plan of an input's shape, a filter's shape and the attributes, which throws what tfjs throws for shapes that do not fit
 */
export function plannedConvolution<Plan>(
  make: (info: backend_util.Conv2DInfo) => Plan,
  depthwise = false,
): (input: number[], filter: number[], attrs: ConvolutionAttrs) => Plan {
  const slots: (Slot<Plan> | undefined)[] = [];
  return (input, filter, attrs) => {
    const { strides, dilations = 1, pad, dimRoundingMode, dataFormat } = attrs;
    if (Array.isArray(pad) || input.length !== 4 || filter.length !== 4) return make(convolutionInfo(input, filter, attrs, depthwise));
    let hash = last(strides);
    for (let i = 0; i < 4; i++) hash = Math.imul(hash, 31) + input[i]! + 7 * filter[i]!;
    const index = (hash ^ (hash >>> 6)) & (SLOTS - 1);
    const slot = slots[index];
    if (
      slot !== undefined &&
      slot.pad === pad &&
      slot.dimRoundingMode === dimRoundingMode &&
      slot.dataFormat === dataFormat &&
      holds(slot.sizes, input, filter, strides, dilations)
    )
      return slot.plan;
    const plan = make(convolutionInfo(input, filter, attrs, depthwise));
    const sizes = [...input, ...filter, first(strides), last(strides), first(dilations), last(dilations)];
    slots[index] = { sizes, pad, dimRoundingMode, dataFormat, plan };
    return plan;
  };
}
