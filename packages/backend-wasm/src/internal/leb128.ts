/** A number that is not negative in LEB128: seven bits a byte, low bits first. */
export function encodeUnsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** Reads one such number. */
export function decodeUnsigned(bytes: Uint8Array, start: number): [value: number, next: number] {
  let value = 0;
  let scale = 1;
  let position = start;
  let byte: number;
  do {
    byte = bytes[position++] ?? 0;
    value += (byte % 128) * scale;
    scale *= 128;
  } while (byte >= 128);
  return [value, position];
}
