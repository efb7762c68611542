/** The normalisations over the last axis, one module for all. */
export { layerNorm, rmsNorm } from './internal/normalise.as';
export { layerNormInputGradient, rmsNormInputGradient } from './internal/input-gradient.as';
export { layerNormScaleGradient, rmsNormScaleGradient, sumPartialRows } from './internal/scale-gradient.as';
