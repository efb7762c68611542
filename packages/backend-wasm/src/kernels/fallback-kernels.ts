import {
  AvgPool,
  ClipByValue,
  Conv3DBackpropFilterV2,
  Conv3DBackpropInputV2,
  Dilation2D,
  Dilation2DBackpropFilter,
  Dilation2DBackpropInput,
  Draw,
  FFT,
  FloorDiv,
  IFFT,
  MaxPool,
  MaxPool3D,
  MaxPool3DGrad,
  MaxPoolWithArgmax,
  Maximum,
  Minimum,
  Mod,
  Pow,
  Prelu,
  RaggedGather,
  RaggedRange,
  RaggedTensorToTensor,
  RealDiv,
  Relu6,
  Sign,
  StaticRegexReplace,
  Transform,
} from '@tensorflow/tfjs-core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { cpuFallback } from './cpu-fallback.ts';

/** Functions of one float: those of ours cover float32. */
const ofFloats =
  'Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Elu Erf Expm1 Floor IsFinite IsInf IsNan Log Log1p Reciprocal Rsqrt Selu Sigmoid Sin Sinh ' +
  'Softplus Sqrt Step Tan Tanh';

/** Why each of these kernels runs tfjs' cpu code on the wasm heap, where it has no body of ours: kernels that stock lacks, or whose results are wrong. */
export const fallbackReasons: Readonly<Record<string, string>> = {
  [AvgPool]: 'wrong in stock: memory stays unwritten for a window of one pixel and where the size of the output is not rounded down',
  [ClipByValue]: 'wrong in stock: NaN becomes the lower bound',
  [Conv3DBackpropFilterV2]: 'wrong in stock: the gradient of a convolution with stride 2 is taken at the wrong places',
  [Conv3DBackpropInputV2]: 'wrong in stock: the filter is walked in the wrong order, for every shape',
  [Dilation2D]: 'wrong in stock: places outside the image take part in the maximum',
  [Dilation2DBackpropFilter]: 'wrong in stock: places outside the image take part in the maximum',
  [Dilation2DBackpropInput]: 'wrong in stock: places outside the image take part in the maximum',
  [Draw]: 'missing in stock',
  [FFT]: 'missing in stock',
  [FloorDiv]: 'wrong in stock: division of integers by 0 is a trap, and quotients of floats are called float32 instead of int32',
  [IFFT]: 'missing in stock',
  [MaxPool]: 'wrong in stock: memory stays unwritten for a window of one pixel and where the size of the output is not rounded down',
  [MaxPool3D]: 'wrong in stock: the maximum of a window with no positive number is 1.2e-38',
  [MaxPool3DGrad]: 'wrong in stock: the gradient is lost where the maximum of a window is not positive',
  [MaxPoolWithArgmax]: 'wrong in stock: the maximum of a window with no positive number is 1.2e-38',
  [Maximum]: 'wrong in stock: NaN of the second operand is dropped, and bools are not written',
  [Minimum]: 'wrong in stock: NaN of the second operand is dropped, and bools are not written',
  [Mod]: 'wrong in stock: division of integers by 0 is a trap',
  [Pow]: 'wrong in stock: powers of integers with a negative exponent are converted wrongly',
  [Prelu]: 'wrong in stock: alpha is repeated over the last axes only',
  [RaggedGather]: 'missing in stock',
  [RaggedRange]: 'missing in stock',
  [RaggedTensorToTensor]: 'missing in stock',
  [RealDiv]: 'wrong in stock: division of integers by 0 is a trap',
  [Relu6]: 'wrong in stock: NaN becomes 0',
  [Sign]: 'wrong in stock: small numbers such as 1e-30 are taken for 0',
  [StaticRegexReplace]: 'missing in stock',
  [Transform]: 'wrong in stock: places outside the image are mapped to the wrong ones, and integers are read as floats',
  ...Object.fromEntries(ofFloats.split(' ').map((name) => [name, 'wrong in stock: integers and bools are read as floats'])),
};

/** The kernels of {@link fallbackReasons}. */
export const fallbackKernels: readonly KernelConfig[] = Object.keys(fallbackReasons).map(cpuFallback);
