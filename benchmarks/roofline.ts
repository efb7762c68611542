import { join } from 'node:path';
import { compileAssembly, variants } from '../tools/assembly.ts';

/** What one thread of this machine can do at most, as measured. */
export interface Roofline {
  /** 128-bit multiply-adds with the instructions that every machine has, in 1e9 operations a second. */
  readonly plainGflops: number;
  /** The same with relaxed instructions, fused where the machine has that; 0 where this Node runs none. */
  readonly relaxedGflops: number;
  /** `to = from` over arrays of 64 MiB, in 1e9 bytes read and written a second. */
  readonly copyGigabytes: number;
  /** `to = a + x b` over arrays of 64 MiB, in 1e9 bytes read and written a second. */
  readonly triadGigabytes: number;
}

interface Probe {
  tilePeak(a: number, b: number, depth: number, repeats: number, result: number): void;
  chainPeak(repeats: number, factor: number, result: number): void;
  copy(to: number, from: number, bytes: number): void;
  triad(to: number, a: number, b: number, factor: number, bytes: number): void;
}

const ARRAY = 64 * 2 ** 20;
const FIRST = 65536;

/** The best rate of several runs: what is in the way can only slow a run down. */
function best(runs: number, amount: number, run: () => void): number {
  let rate = 0;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    run();
    rate = Math.max(rate, amount / (performance.now() - start) / 1e6);
  }
  return rate;
}

/** Builds the probes and answers a function that measures the machine's limits on this thread, in about half a second. */
export async function createRoofline(): Promise<() => Roofline> {
  const memory = new WebAssembly.Memory({ initial: 1 + (3 * ARRAY) / 65536, maximum: 65536, shared: true });
  const [plain, relaxed] = await Promise.all(
    variants.map(async (variant): Promise<Probe | undefined> => {
      const binary = (await compileAssembly(join(import.meta.dirname, 'roofline.as.ts'), variant)) as BufferSource;
      if (!WebAssembly.validate(binary)) return undefined;
      const { instance } = await WebAssembly.instantiate(binary, { env: { memory } });
      return instance.exports as unknown as Probe;
    }),
  );
  if (!plain) throw new Error('roofline: expected a machine with WebAssembly SIMD, got none. Use another Node.');
  const peak = (probe: Probe | undefined): number => {
    if (!probe) return 0;
    const tile = best(25, 64 * 256 * 400, () => probe.tilePeak(1024, 8192, 256, 400, 0));
    const chain = best(25, 80 * 100_000, () => probe.chainPeak(100_000, 0.5, 0));
    return Math.max(tile, chain);
  };
  return () => ({
    plainGflops: peak(plain),
    relaxedGflops: peak(relaxed),
    copyGigabytes: best(10, 2 * ARRAY, () => plain.copy(FIRST, FIRST + ARRAY, ARRAY)),
    triadGigabytes: best(10, 3 * ARRAY, () => plain.triad(FIRST, FIRST + ARRAY, FIRST + 2 * ARRAY, 0.5, ARRAY)),
  });
}
