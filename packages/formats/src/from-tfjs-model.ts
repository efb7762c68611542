import { check, formatShape, type Tree } from '@kumiko/core';
import { isRecord, isShape, readJsonObject } from './read-json.ts';
import { copyBytes, joinBytes } from './copy-bytes.ts';
import { decodeElements, splitPairs } from './decode-elements.ts';
import { makeTensors, StoredTensor, type HostValues } from './stored-tensor.ts';
import { STRUCTURE_KEY } from './structure-key.ts';
import { buildTree } from './tree-structure.ts';

const SYMBOL = 'fromTfjsModel';
/** Types of a weight, as safetensors calls them, and their bytes; complex64 is a pair. */
const TYPES = new Map([
  ['float32', { type: 'F32', bytes: 4 }],
  ['int32', { type: 'I32', bytes: 4 }],
  ['bool', { type: 'BOOL', bytes: 1 }],
  ['complex64', { type: 'F32', bytes: 8 }],
]);
const QUANTIZED = new Map([
  ['uint8', { type: 'U8', bytes: 1 }],
  ['uint16', { type: 'U16', bytes: 2 }],
  ['float16', { type: 'F16', bytes: 2 }],
]);

/** How a weight was made smaller: `value = stored * scale + min` for integers. */
interface Quantization {
  readonly dtype: string;
  readonly scale: number;
  readonly min: number;
}

interface WeightSpec {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly quantization: Quantization | undefined;
}

/**
 * The weights of a TensorFlow.js model, as a tree of tensors that the caller owns. Names are paths: `dense/kernel` is in the record `dense`.
 * Weights quantized to uint8 and uint16 become `stored * scale + min` (rounded where they are int32), float16 becomes float32, as in TensorFlow.js.
 *
 * @param model the bytes of `model.json`; of it only the weights are read
 * @param readFile gives the bytes of a file that the model names: a relative path that does not leave the folder
 * @throws KumikoError when the model has no weights, a file is shorter or longer than they are, or a name, type or path is not allowed
 * @example
 * const files = await toTfjsModel({ dense: { kernel: tf.ones([2]) } });
 * const bytesOf = (path: string) => files.find(({ file }) => file === path)!.bytes;
 * await fromTfjsModel(bytesOf('model.json'), async (path) => bytesOf(path)); // { dense: { kernel: [1, 1] } }
 * @see https://github.com/tensorflow/tfjs/blob/master/tfjs-converter/docs/format.md
 */
export async function fromTfjsModel(model: Uint8Array, readFile: (path: string) => Promise<Uint8Array>): Promise<Tree> {
  const { weightsManifest: manifest, userDefinedMetadata: metadata } = readJsonObject(SYMBOL, 'model.json', model);
  refuse(Array.isArray(manifest), () => 'a weightsManifest that is an array, got none');
  const stored = new Map<string, StoredTensor>();
  for (const group of manifest as unknown[]) {
    refuse(
      isRecord(group) && Array.isArray(group['paths']) && Array.isArray(group['weights']),
      () => 'paths and weights in each group of the weightsManifest, got others',
    );
    const specs = (group['weights'] as unknown[]).map(readSpec);
    const parts: Uint8Array[] = [];
    for (const path of group['paths'] as unknown[]) parts.push(await readFile(checkPath(path)));
    for (const [name, values] of readWeights(specs, joinBytes(parts))) {
      refuse(!stored.has(name), () => `names that occur once, got '${name}' twice`);
      stored.set(name, new StoredTensor(() => values));
    }
  }
  const structure = isRecord(metadata) ? metadata[STRUCTURE_KEY] : undefined;
  return makeTensors(buildTree(SYMBOL, stored, typeof structure === 'string' ? structure : undefined));
}

function refuse(holds: boolean, message: () => string): asserts holds {
  check(holds, SYMBOL, () => `expected ${message()}. The model is damaged or of another program: fetch or convert it again.`);
}

function checkPath(path: unknown): string {
  refuse(
    typeof path === 'string' && /^[^/\\:]+(\/[^/\\:]+)*$/.test(path) && path.split('/').every((part) => part !== '..' && part !== '.'),
    () => `relative paths within the folder, got ${JSON.stringify(path)}`,
  );
  return path;
}

function readSpec(spec: unknown): WeightSpec {
  refuse(isRecord(spec), () => 'weights that are JSON objects, got another value');
  const { name, dtype, shape, quantization } = spec;
  refuse(typeof name === 'string' && typeof dtype === 'string', () => `a name and a dtype for each weight, got ${JSON.stringify(name)}`);
  refuse(isShape(shape), () => `a shape of integers >= 0 for '${name}', got ${JSON.stringify(shape)}`);
  if (quantization === undefined) {
    refuse(TYPES.has(dtype) || dtype === 'string', () => `a known dtype for '${name}', got '${dtype}'`);
    return { name, dtype, shape, quantization };
  }
  refuse(isRecord(quantization), () => `the quantization of '${name}' to be a JSON object, got another value`);
  const { dtype: type, scale, min } = quantization;
  const allowed = type === 'float16' ? dtype === 'float32' : QUANTIZED.has(String(type)) && (dtype === 'float32' || dtype === 'int32');
  refuse(allowed, () => `'${name}' of type ${dtype} quantized to uint8, uint16 or (float32 only) float16, got ${JSON.stringify(type)}`);
  refuse(
    type === 'float16' || (Number.isFinite(scale) && Number.isFinite(min)),
    () => `a scale and a min for '${name}', got ${JSON.stringify(scale)} and ${JSON.stringify(min)}`,
  );
  return { name, dtype, shape, quantization: { dtype: String(type), scale: Number(scale), min: Number(min) } };
}

function readWeights(specs: readonly WeightSpec[], bytes: Uint8Array): [string, HostValues][] {
  let at = 0;
  const take = (name: string, length: number): Uint8Array<ArrayBuffer> => {
    refuse(length <= bytes.length - at, () => `${length} bytes for '${name}', got ${bytes.length - at}`);
    at += length;
    return copyBytes(bytes, at - length, at);
  };
  const read = specs.map((spec): [string, HostValues] => {
    const { name, dtype, shape, quantization } = spec;
    const size = shape.reduce((product, axis) => product * axis, 1);
    if (dtype === 'string') return [name, readStrings(spec, size, bytes.length - at, take)];
    const { type, bytes: each } = (quantization ? QUANTIZED.get(quantization.dtype) : TYPES.get(dtype)) as { type: string; bytes: number };
    const decoded = decodeElements({ symbol: SYMBOL, name, type, shape }, take(name, size * each));
    if (dtype === 'complex64') return [name, splitPairs(decoded)];
    return [name, quantization && quantization.dtype !== 'float16' ? dequantize(decoded, spec, quantization) : decoded];
  });
  refuse(at === bytes.length, () => `${at} bytes of weights, got ${bytes.length}`);
  return read;
}

function dequantize({ values, shape }: HostValues, { dtype }: WeightSpec, { scale, min }: Quantization): HostValues {
  const stored = values as Int32Array;
  return dtype === 'int32'
    ? { values: stored.map((value) => Math.round(value * scale + min)), shape, dtype }
    : { values: Float32Array.from(stored, (value) => value * scale + min), shape, dtype: 'float32' };
}

function readStrings(
  { name, shape }: WeightSpec,
  size: number,
  left: number,
  take: (name: string, length: number) => Uint8Array<ArrayBuffer>,
): HostValues {
  refuse(size * 4 <= left, () => `at least ${size * 4} bytes for '${name}' of shape ${formatShape(shape)}, got ${left}`);
  const values = Array.from({ length: size }, () => take(name, new DataView(take(name, 4).buffer).getUint32(0, true)));
  return { values, shape, dtype: 'string' };
}
