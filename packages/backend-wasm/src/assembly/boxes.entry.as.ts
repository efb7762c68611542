export { cropAndResize } from './crop-and-resize.as';
export { suppressOverlaps } from './suppress-overlaps.as';
