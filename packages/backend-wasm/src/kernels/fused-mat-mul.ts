import { _FusedMatMul, Add } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { applyActivation } from './apply-activation.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { isInGemm } from './gemm.ts';
import { matMul } from './mat-mul.ts';
import { runKernel } from './run-kernel.ts';
import { wasmKernel } from './wasm-kernel.ts';

type FusedMatMulInput = 'a' | 'b' | 'bias' | 'preluActivationWeights';

interface FusedMatMulAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation: string;
  readonly leakyreluAlpha?: number;
}

/** `_FusedMatMul`, on all threads. Stock refuses integers and every bias but a vector. */
export const fusedMatMul = wasmKernel<FusedMatMulInput, FusedMatMulAttrs>(_FusedMatMul, (call) => {
  const { inputs, backend } = call;
  const { a, b, bias, preluActivationWeights } = inputs as Partial<typeof inputs> & Pick<typeof inputs, 'a' | 'b'>;
  const { transposeA, transposeB, activation, leakyreluAlpha = 0 } = call.attrs;
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || (bias && bias.dtype !== 'float32'))
    return runOnCpu(_FusedMatMul, { inputs, attrs: { ...call.attrs }, backend });
  const columns = b.shape.at(transposeB ? -2 : -1);
  const isVector = bias === undefined || bias === null || (bias.shape.length === 1 && bias.shape[0] === columns);
  const inGemm = isVector && isInGemm(activation);
  let output: TensorInfo = matMul({
    ...{ backend, a, b, transposeA, transposeB },
    bias: isVector ? bias : undefined,
    ...(inGemm && { activation, alpha: leakyreluAlpha }),
  });
  if (!isVector) {
    const sum = runKernel(Add, backend, { a: output, b: bias });
    backend.disposeData(output.dataId);
    output = sum;
  }
  return inGemm ? output : applyActivation(backend, output, activation, { weights: preluActivationWeights, slope: leakyreluAlpha });
});
