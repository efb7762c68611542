import { backend_util } from '@tensorflow/tfjs-core';
import { rememberedPlans } from './remembered-plans.ts';

/** A number for all axes, or one for each. */
type Sides = number | readonly number[];

interface WindowAttrs {
  readonly filterSize: Sides;
  readonly strides: Sides;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil' | undefined;
}

/** What tfjs passes to a pooling over height and width. */
export interface PoolingAttrs extends WindowAttrs {
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
}

/** What tfjs passes to a pooling over depth, height and width. */
export interface VolumePoolingAttrs extends WindowAttrs {
  readonly pad: 'valid' | 'same' | number;
  readonly dataFormat?: 'NDHWC' | 'NCDHW';
}

type Pair = number | [number, number];
type Triple = number | [number, number, number];

const side = (sides: Sides, axis: number): number | undefined => (typeof sides === 'number' ? sides : sides[axis]);

/** What is to be done for a pooling over height and width of images, worked out once for each geometry. */
export function plannedPooling<Plan>(make: (info: backend_util.Conv2DInfo) => Plan): (shape: number[], attrs: PoolingAttrs) => Plan {
  const planOf = rememberedPlans<Plan>();
  return (shape, { filterSize, strides, pad, dimRoundingMode }) => {
    const x = shape as [number, number, number, number];
    const plan = (): Plan => make(backend_util.computePool2DInfo(x, filterSize as Pair, strides as Pair, 1, pad, dimRoundingMode));
    if (typeof pad === 'object') return plan();
    const window = [side(filterSize, 0), side(filterSize, 1), side(strides, 0), side(strides, 1)] as const;
    return planOf([x.length, x[0], x[1], x[2], x[3], ...window, pad, dimRoundingMode], plan);
  };
}

/** The same for volumes. */
export function plannedVolumePooling<Plan>(
  make: (info: backend_util.Conv3DInfo) => Plan,
): (shape: number[], attrs: VolumePoolingAttrs) => Plan {
  const planOf = rememberedPlans<Plan>();
  return (shape, { filterSize, strides, pad, dimRoundingMode }) => {
    const x = shape as [number, number, number, number, number];
    const plan = (): Plan => make(backend_util.computePool3DInfo(x, filterSize as Triple, strides as Triple, 1, pad, dimRoundingMode));
    const window = [side(filterSize, 0), side(filterSize, 1), side(filterSize, 2)] as const;
    const steps = [side(strides, 0), side(strides, 1), side(strides, 2)] as const;
    return planOf([x.length, x[0], x[1], x[2], x[3], x[4], ...window, ...steps, pad, dimRoundingMode], plan);
  };
}
