import type { DataType } from '@tensorflow/tfjs-core';

/** Where a stock kernel is right. Outside of that it returns uninitialised memory or writes past its output. */
export interface StockLimits {
  /** Types of the inputs. */
  readonly dtypes?: readonly DataType[];
  /** Whether inputs need at least one element. */
  readonly elements?: true;
}

const floats: StockLimits = { dtypes: ['float32'] };
const integers: StockLimits = { dtypes: ['int32'] };
const bools: StockLimits = { dtypes: ['bool'] };
const numbers: StockLimits = { dtypes: ['float32', 'int32'] };

const limitsByKernels: readonly (readonly [limits: StockLimits, kernelNames: string])[] = [
  // These read the bytes of integers and bools as floats, and write 4 bytes for each bool.
  [floats, 'EluGrad FusedBatchNorm Softmax'],
  // The same; stock also calls the result of resized integers float32, and that of averaged ones int32.
  [floats, 'AvgPool3D AvgPool3DGrad ResizeNearestNeighbor'],
  // These have no body for bools and leave the output as it was allocated.
  [numbers, 'Abs Add AddN Atan2 Exp FlipLeftRight LeakyRelu Neg PadV2 Relu Reverse RotateWithOffset'],
  [numbers, 'Round Square Sub'],
  [integers, 'BitwiseAnd'],
  [bools, 'LogicalAnd LogicalNot LogicalOr LogicalXor'],
  // Reductions leave the output as it was allocated when there is nothing to reduce, and call sums of bools bool.
  [{ ...numbers, elements: true }, 'Max Mean Min Prod Sum'],
  [{ ...bools, elements: true }, 'All Any'],
];

/** The limits of stock kernels that have some, by tfjs' name of the kernel. */
export const stockLimits: ReadonlyMap<string, StockLimits> = new Map(
  limitsByKernels.flatMap(([limits, names]) => names.split(' ').map((name) => [name, limits] as const)),
);
