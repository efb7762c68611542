/** Makes the cpu backend compute in double precision: must be the first import of a test file, before TensorFlow.js. */
Object.defineProperty(globalThis, 'Float32Array', { value: Float64Array, configurable: true, writable: true });
