export { resizeBilinear, resizeGradient, resizeNearest } from './resize.as';
