import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { KumikoError, check } from '@kumiko/core';
import { CLASSES, SIDE, type Images } from './images.ts';
import { parseIdx, type IdxArray } from './parse-idx.ts';

/** The images to train on and those to test on, as the data set is published. */
export interface FashionMnist {
  readonly train: Images;
  readonly test: Images;
}

/**
 * Fashion-MNIST, 70,000 pieces of clothing, from its four files as they are published.
 *
 * @param folder with `train-images-idx3-ubyte.gz`, `train-labels-idx1-ubyte.gz`, and the same of `t10k`
 * @throws KumikoError when a file is missing or not as expected
 * @see Xiao et al., "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms", 2017
 */
export async function loadFashionMnist(folder: string): Promise<FashionMnist> {
  // One after the other, so that the same file is named whenever several are missing.
  const train = await loadPart(folder, 'train');
  return { train, test: await loadPart(folder, 't10k') };
}

async function loadPart(folder: string, part: string): Promise<Images> {
  const images = await read(join(folder, `${part}-images-idx3-ubyte.gz`));
  const labels = await read(join(folder, `${part}-labels-idx1-ubyte.gz`));
  check(
    images.shape.length === 3 && images.shape[1] === SIDE && images.shape[2] === SIDE && labels.shape[0] === images.shape[0],
    'loadFashionMnist',
    () =>
      `expected a label for each image of ${SIDE} x ${SIDE}, got shapes [${images.shape}] and [${labels.shape}] in ${part}. Download the files again.`,
  );
  const last = labels.values.reduce((greatest, label) => Math.max(greatest, label), 0);
  check(
    last < CLASSES.length,
    'loadFashionMnist',
    () => `expected labels below ${CLASSES.length}, got ${last} in ${part}. Download the files again.`,
  );
  return { pixels: images.values, labels: labels.values };
}

async function read(path: string): Promise<IdxArray> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new KumikoError(
      'loadFashionMnist',
      `expected ${path}, got no such file. Install it: apt-get install dataset-fashion-mnist. Or download the four files from https://github.com/zalandoresearch/fashion-mnist and pass --data FOLDER.`,
      { cause: error },
    );
  }
  return parseIdx(path, await promisify(gunzip)(bytes));
}
