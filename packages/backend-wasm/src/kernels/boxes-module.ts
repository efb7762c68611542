import { base64 } from '../generated/boxes-simd.ts';
import { kernelModule } from './kernel-module.ts';

/** What is done with boxes in images. */
export const boxesModule = /* @__PURE__ */ kernelModule('kumiko-boxes', base64);
