import type { Layer } from '@kumiko/core';

/** Layers that have one set of variables wherever they stand in a chain. */
export const sharedLayers: WeakSet<Layer> = /* @__PURE__ */ new WeakSet<Layer>();
