/** A row of the house: how high a package stands and what it may import. */
export interface Arrow {
  /** 0 stands at the bottom. A package imports from rows below only, or what its row names. */
  readonly level: 0 | 1 | 2 | 3 | 4 | 'dev';
  /** Packages of ours that its sources may import. */
  readonly imports: readonly string[];
  /** Packages of TensorFlow.js that it may import beside its peer, `@tensorflow/tfjs-core`. */
  readonly tensorflow?: readonly string[];
}

/** Which package may import which. The one list: `tools/check-arrows.ts` enforces it, `tools/generate.ts` draws it. */
export const arrows: Readonly<Record<string, Arrow>> = {
  core: { level: 0, imports: [] },

  backend: { level: 1, imports: ['core'], tensorflow: ['tfjs-backend-cpu'] },
  ops: { level: 1, imports: ['core', 'backend'] },

  'backend-wasm': { level: 2, imports: ['core', 'backend'], tensorflow: ['tfjs-backend-cpu', 'tfjs-backend-wasm'] },
  'backend-webgl': { level: 2, imports: ['core', 'backend'], tensorflow: ['tfjs-backend-cpu', 'tfjs-backend-webgl'] },
  'backend-webgpu': { level: 2, imports: ['core', 'backend'], tensorflow: ['tfjs-backend-cpu', 'tfjs-backend-webgpu'] },
  layers: { level: 2, imports: ['core', 'ops'] },
  losses: { level: 2, imports: ['core', 'ops'] },
  optimizers: { level: 2, imports: ['core', 'ops'] },
  metrics: { level: 2, imports: ['core', 'ops'] },
  quantization: { level: 2, imports: ['core', 'ops'] },
  data: { level: 2, imports: ['core'] },
  pruning: { level: 2, imports: ['core'] },
  formats: { level: 2, imports: ['core'] },

  compiler: { level: 3, imports: ['core', 'backend', 'ops'] },
  models: { level: 3, imports: ['core', 'ops', 'layers'] },

  training: { level: 4, imports: ['core', 'compiler', 'formats'] },
  'tfjs-layers': { level: 4, imports: ['core', 'compiler'], tensorflow: ['tfjs-layers'] },

  testing: { level: 'dev', imports: ['core', 'backend', 'backend-wasm'], tensorflow: ['tfjs-backend-cpu'] },
};
