/** The kernels of this package, one module for all, so that a heap holds and threads compile it once. */
export { threefryBits, threefryDropout, threefryKey, threefryNormal, threefryPermutation, threefryUniform } from './random/random.as';
