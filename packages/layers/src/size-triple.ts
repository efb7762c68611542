/** Three sizes `[depth, height, width]`, or one number for all. */
export type SizeTriple = number | readonly [depth: number, height: number, width: number];
