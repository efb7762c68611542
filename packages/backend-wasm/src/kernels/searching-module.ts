import { base64 } from '../generated/searching-simd.ts';
import { kernelModule } from './kernel-module.ts';

/** The module of what looks for values: places among sorted ones, the greatest, the different ones, events of a distribution. */
export const searchingModule = /* @__PURE__ */ kernelModule('kumiko-searching', base64);
