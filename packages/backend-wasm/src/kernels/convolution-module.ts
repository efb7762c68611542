import type { WasmHost } from '@kumiko/backend';
import { base64 as relaxed } from '../generated/convolution-relaxed.ts';
import { base64 as simd } from '../generated/convolution-simd.ts';
import { kernelModule } from './kernel-module.ts';

const simdModule = kernelModule('kumiko-convolution', simd);
const relaxedModule = kernelModule('kumiko-convolution', relaxed);

/** Convolutions that pack nothing: small ones, and those of few channels. */
export const convolutionModule = (host: WasmHost): ReturnType<typeof simdModule> => (host.relaxedSimd ? relaxedModule : simdModule)(host);
