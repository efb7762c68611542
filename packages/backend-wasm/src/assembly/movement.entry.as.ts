export { copyStrided } from './copy-strided.as';
export { transposeTiles } from './transpose-tiles.as';
export { writeValue } from './write-value.as';
