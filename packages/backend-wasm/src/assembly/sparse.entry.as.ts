export { fillEmptyRows, findEmptyRows } from './empty-rows.as';
export { reduceSegments } from './reduce-segments.as';
export { reshapeIndices } from './reshape-indices.as';
