import type { backend_util } from '@tensorflow/tfjs-core';
import { type ConvolutionAttrs, convolutionInfo } from './convolution-attrs.ts';
import { rememberedPlans } from './remembered-plans.ts';

const first = (value: number | readonly number[]): number => (typeof value === 'number' ? value : value[0]!);
const last = (value: number | readonly number[]): number => (typeof value === 'number' ? value : value[1]!);

/**
 * What is to be done for a convolution, worked out once for each geometry; explicit padding is worked out every time.
 *
 * @param make the plan; of no sizes but those of the convolution
 * @returns the plan of an input's shape, a filter's shape and the attributes, which throws what tfjs throws for shapes that do not fit
 */
export function plannedConvolution<Plan>(
  make: (info: backend_util.Conv2DInfo) => Plan,
  depthwise = false,
): (input: number[], filter: number[], attrs: ConvolutionAttrs) => Plan {
  const planOf = rememberedPlans<Plan>();
  return (input, filter, attrs) => {
    const { strides, dilations = 1, pad, dimRoundingMode, dataFormat } = attrs;
    const plan = (): Plan => make(convolutionInfo(input, filter, attrs, depthwise));
    if (Array.isArray(pad) || input.length !== 4 || filter.length !== 4) return plan();
    const [batch, height, width, channels] = input;
    const [filterHeight, filterWidth, inChannels, outChannels] = filter;
    // prettier-ignore
    const key = [
      batch, height, width, channels, filterHeight, filterWidth, inChannels, outChannels,
      first(strides), last(strides), first(dilations), last(dilations), pad, dimRoundingMode, dataFormat,
    ];
    return planOf(key, plan);
  };
}
