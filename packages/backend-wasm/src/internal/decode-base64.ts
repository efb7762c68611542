/** Bytes from base64, in Node and in pages, without a URL that a content security policy could refuse. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.codePointAt(i) as number;
  return bytes;
}
