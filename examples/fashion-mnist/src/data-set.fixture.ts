import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** IDX bytes of a shape, counting from 0 unless told otherwise. */
export function idxBytes(shape: readonly number[], valueAt = (place: number): number => place % 256): Uint8Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const header = [0, 0, 8, shape.length, ...shape.flatMap((length) => [0, 0, length >> 8, length & 255])];
  return Uint8Array.from([...header, ...Array.from({ length: size }, (_, place) => valueAt(place))]);
}

/** Writes the four files of a data set whose classes follow one another, 0 to 9; `pixelOf` says how images look. */
export async function writeParts(
  folder: string,
  train: number,
  test: number,
  pixelOf: (image: number, pixel: number) => number = (image, pixel) => (image * 784 + pixel) % 256,
): Promise<void> {
  for (const [part, images] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    const pixels = idxBytes([images, 28, 28], (place) => pixelOf(Math.floor(place / 784), place % 784));
    await writeFile(join(folder, `${part}-images-idx3-ubyte.gz`), gzipSync(pixels));
    await writeFile(join(folder, `${part}-labels-idx1-ubyte.gz`), gzipSync(idxBytes([images], (image) => image % 10)));
  }
}
