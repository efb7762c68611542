import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { KumikoError, check } from '@kumiko/core';
import { SIDE, type Images } from './images.ts';
import { parseIdx, type IdxArray } from './parse-idx.ts';

const FOLDER = '/usr/share/datasets/fashion-mnist';
/** As many as there are digits, so that both take as long. */
const COUNT = 10_000;
const NAMES = ['T-shirt', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle boot'];

/**
 * The first 10,000 training images of Fashion-MNIST, pieces of clothing, from the files that Debian's `dataset-fashion-mnist` installs.
 *
 * @param folder with `train-images-idx3-ubyte.gz` and `train-labels-idx1-ubyte.gz`
 * @throws KumikoError when the files are missing or not as expected
 * @see Xiao et al., "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms", 2017
 */
export async function loadFashionMnist(folder = FOLDER): Promise<Images> {
  // One after the other, so that the same file is named whenever both are missing.
  const images = await read(folder, 'train-images-idx3-ubyte.gz');
  const labels = await read(folder, 'train-labels-idx1-ubyte.gz');
  check(
    images.shape.length === 3 && images.shape[1] === SIDE && images.shape[2] === SIDE && labels.shape[0] === images.shape[0],
    'loadFashionMnist',
    () =>
      `expected a label for each image of ${SIDE} x ${SIDE}, got shapes [${images.shape}] and [${labels.shape}]. Download the files again.`,
  );
  return { pixels: images.values.subarray(0, COUNT * SIDE ** 2), labels: labels.values.subarray(0, COUNT), names: NAMES };
}

async function read(folder: string, file: string): Promise<IdxArray> {
  const path = `${folder}/${file}`;
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new KumikoError('loadFashionMnist', `expected ${path}, got no such file. Install it: apt-get install dataset-fashion-mnist.`, {
      cause: error,
    });
  }
  return parseIdx(file, await promisify(gunzip)(bytes));
}
