/**
 * Makes the cpu backend compute in double precision: its kernels allocate their results as `Float32Array`.
 * Must be the first import of its process, before TensorFlow.js, and a process that did this does nothing else.
 */
Object.defineProperty(globalThis, 'Float32Array', { value: Float64Array, configurable: true, writable: true });
