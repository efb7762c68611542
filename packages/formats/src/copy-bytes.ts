/** @internal */
/** Bytes as an array of their own: aligned for typed arrays, and no view of shared memory. */
export function copyBytes(bytes: Uint8Array, begin: number = 0, end: number = bytes.length): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(end - begin);
  copy.set(bytes.subarray(begin, end));
  return copy;
}

/** Parts one behind the other. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
