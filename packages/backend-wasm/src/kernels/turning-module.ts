import { base64 } from '../generated/turning-simd.ts';
import { kernelModule } from './kernel-module.ts';

/** Images flipped, rotated and projected. */
export const turningModule = /* @__PURE__ */ kernelModule('kumiko-turning', base64);
