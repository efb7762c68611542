/** @internal */
/** Where a file's metadata keeps the structure of a tree that has arrays or empty nodes. */
export const STRUCTURE_KEY = 'kumiko.structure';
