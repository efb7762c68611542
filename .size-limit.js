// What a package weighs in a bundle, without tfjs and the other packages; compressed with brotli unless said.
const limits = {
  backend: '11.5 kB',
  'backend-wasm': '290 kB',
  core: '2.7 kB',
  data: '5.7 kB',
  formats: '10.5 kB',
  layers: '19 kB',
  losses: '7.8 kB',
  metrics: '12.2 kB',
  models: '9.5 kB',
  ops: '18.5 kB',
  optimizers: '12.8 kB',
  'tfjs-layers': '5 kB',
  compiler: '18.2 kB',
  training: '10.5 kB',
};

const tfjs = ['tfjs-core', 'tfjs-layers', 'tfjs-backend-cpu', 'tfjs-backend-wasm'].map((name) => `@tensorflow/${name}`);
const ignore = [...tfjs, ...Object.keys(limits).map((name) => `@kumiko/${name}`)];
const built = (name) => `packages/${name}/dist/index.js`;
const single = (name, atom, limit) => ({ name: `@kumiko/${name} { ${atom} }`, path: built(name), import: `{ ${atom} }`, limit, ignore });

export default [
  ...Object.entries(limits).map(([name, limit]) => ({ name: `@kumiko/${name}`, path: built(name), limit, ignore })),
  single('optimizers', 'adamw', '1.1 kB'),
  single('layers', 'dense', '1.8 kB'),
  single('losses', 'meanSquaredError', '0.7 kB'),
  // All that an app with tfjs downloads for it.
  {
    name: '@kumiko/optimizers { lion } with @kumiko/core, gzipped',
    path: 'packages/optimizers/src/lion.ts',
    import: '{ lion }',
    gzip: true,
    limit: '1 kB',
    ignore: ['@tensorflow/tfjs-core'],
  },
];
