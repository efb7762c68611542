export { resizeBilinear, resizeBilinearGradient, resizeNearest, resizeNearestGradient, shrinkBilinear } from './resize.as';
