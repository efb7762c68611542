import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { backend_util, getKernel, util } from '@tensorflow/tfjs-core';
import type { DataId, DataType, KernelConfig, TensorInfo, TypedArray } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { check } from '@kumiko/core';
import { wasmHost } from '../host.ts';
import { wasmKernel } from './wasm-kernel.ts';
import type { KernelBody, KernelCall } from './wasm-kernel.ts';

/** What the cpu backend stores for a tensor. */
interface CpuData {
  values?: TypedArray | Uint8Array[];
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo };
}

/** A cpu backend for one call: whatever a kernel leaves behind in it goes with it, so nothing can leak. */
function cpuForOneCall(): MathBackendCPU {
  const cpu = new MathBackendCPU();
  // Otherwise it advises every Node user to install tfjs-node.
  (cpu as unknown as { firstUse: boolean }).firstUse = false;
  return cpu;
}

const dataOf = (cpu: MathBackendCPU, dataId: DataId) => cpu.data.get(dataId) as unknown as CpuData;

/** Shows a tensor of the wasm heap to the cpu backend without copying it (a complex one is split into its parts). */
function toCpu(tensor: TensorInfo, wasm: BackendWasm, cpu: MathBackendCPU): TensorInfo {
  const { shape, dtype, dataId } = tensor;
  let info: TensorInfo;
  if (dtype === 'complex64') {
    const { real, imag } = backend_util.splitRealAndImagArrays(wasm.readSync(dataId) as Float32Array);
    info = cpu.makeTensorInfo(shape, dtype);
    dataOf(cpu, info.dataId).complexTensorInfos = {
      real: cpu.makeTensorInfo(shape, 'float32', real),
      imag: cpu.makeTensorInfo(shape, 'float32', imag),
    };
  } else {
    const values = dtype === 'string' ? (wasm.readSync(dataId) as Uint8Array[]) : (wasm.typedArrayFromHeap(tensor) as TypedArray);
    info = cpu.makeTensorInfo(shape, dtype, values as Uint8Array[]);
  }
  // Some cpu kernels read `rank`, which only a whole Tensor has.
  return Object.assign(info, { rank: shape.length });
}

/** The array type that holds a dtype on the heap. */
const arrayTypes: Partial<Record<DataType, new (length: number) => TypedArray>> = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
};

/** Copies a result of the cpu backend to the wasm heap. */
function toWasm({ shape, dtype, dataId }: TensorInfo, wasm: BackendWasm, cpu: MathBackendCPU): TensorInfo {
  if (dtype === 'complex64' || dtype === 'string') return wasm.makeOutput(shape, dtype, undefined, cpu.readSync(dataId));
  let values = dataOf(cpu, dataId).values as TypedArray;
  // A result may be a view of an input, and the heap may move when the output is allocated.
  if (values.buffer === wasmHost(wasm).memory.buffer) values = values.slice();
  // Lossless casts on the cpu backend keep the narrower array under the wider dtype.
  if (!(values instanceof arrayTypes[dtype]!)) values = util.toTypedArray(values, dtype) as TypedArray;
  return wasm.makeOutput(shape, dtype, undefined, values);
}

/**
 * Runs tfjs' cpu kernel on tensors of the wasm heap: inputs are views of the heap, outputs are copied to it once.
 *
 * @param kernelName tfjs' name of the kernel
 * @param call what the engine passed to the wasm kernel
 * @returns the outputs, on the wasm heap
 * @throws KumikoError when the cpu backend has no such kernel
 */
export function runOnCpu(kernelName: string, { inputs, attrs, backend }: KernelCall): TensorInfo | TensorInfo[] {
  const config = getKernel(kernelName, 'cpu');
  check(
    config !== undefined,
    'cpuFallback',
    () => `expected a kernel that tfjs' cpu backend has, got ${kernelName}. Write a kernel for it.`,
  );
  const cpu = cpuForOneCall();
  const sources = new Map<DataId, TensorInfo>();
  // Ragged kernels take lists of tensors under a name, and an optional input may be left out.
  const convert = (input: TensorInfo | TensorInfo[] | undefined): TensorInfo | TensorInfo[] | undefined => {
    if (input === undefined || input === null) return input;
    if (Array.isArray(input)) return input.map((tensor) => convert(tensor) as TensorInfo);
    const info = toCpu(input, backend, cpu);
    sources.set(info.dataId, input);
    return info;
  };
  // `Concat`, `Pack` and `AddN` take a list of tensors where others take names.
  const cpuInputs = Array.isArray(inputs)
    ? convert(inputs as TensorInfo[])
    : Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, convert(input)]));
  const outputs = (config.kernelFunc as unknown as KernelBody)({
    inputs: cpuInputs as unknown as KernelCall['inputs'],
    attrs,
    backend: cpu as unknown as BackendWasm,
  });
  const collect = (output: TensorInfo): TensorInfo => {
    const source = sources.get(output.dataId);
    if (source?.dtype !== output.dtype) return toWasm(output, backend, cpu);
    // The kernel handed its input on, as Reshape does: share it here too.
    backend.incRef(source.dataId);
    return { dataId: source.dataId, shape: output.shape, dtype: output.dtype };
  };
  return Array.isArray(outputs) ? outputs.map(collect) : collect(outputs);
}

/**
 * A wasm kernel that runs tfjs' cpu kernel of the same name on the wasm heap's data, for strings and complex numbers as well.
 *
 * Right for kernels that are rare or small: it costs one copy of each output, and the cpu kernel's own speed.
 *
 * @param kernelName tfjs' name of the kernel, for example `FFT`
 * @throws KumikoError, when it runs, if the cpu backend has no such kernel
 * @example
 * import * as tf from '@tensorflow/tfjs-core';
 * tf.registerKernel(cpuFallback('FFT'));
 */
export function cpuFallback(kernelName: string): KernelConfig {
  return wasmKernel(kernelName, (call) => runOnCpu(kernelName, call));
}
