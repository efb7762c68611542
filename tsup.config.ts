import { defineConfig, type Options } from 'tsup';
import { findPackages } from './tools/packages.ts';

/** One bundle a published package: an entry, and a chunk for each module that it loads lazily. Nothing of another package is in it. */
export default defineConfig(
  findPackages(process.cwd())
    .filter(({ manifest }) => !manifest.private)
    .map(({ name, folder }): Options => ({
      name,
      entry: [`${folder}/src/index.ts`],
      outDir: `${folder}/dist`,
      format: 'esm',
      platform: 'neutral',
      target: 'es2022',
      tsconfig: 'tsconfig.json',
      splitting: true,
      treeshake: false,
      dts: false,
      clean: true,
      silent: true,
      skipNodeModulesBundle: true,
    })),
);
