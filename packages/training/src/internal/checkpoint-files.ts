import { check, type Key } from '@kumiko/core';
import type { CallbackState, Logs } from '../callback.ts';
import type { RunPosition } from '../run-position.ts';
import type { Environment } from './environment.ts';

/** The numbers of a position; its tensors lie in the file beside. */
export type SavedPosition = Omit<RunPosition, 'metrics' | 'callbacks' | 'batchSize'> & {
  readonly batchSize: number | null;
  readonly callbacks: Readonly<Record<string, CallbackState['values']>>;
};

/** What a checkpoint's JSON says. */
export interface Manifest {
  readonly format: 1;
  readonly tensors: { readonly file: string; readonly bytes: number; readonly sha256: string };
  readonly position: SavedPosition;
  /** Logs of the epoch that ended here; null within an epoch. */
  readonly logs: { readonly train: Logs; readonly validation: Logs | null } | null;
  /** What is compared to find the best; null where it was not measured. */
  readonly score: number | null;
  readonly environment: Environment;
  readonly dataKey: Key['words'] | null;
  readonly metadata: Readonly<Record<string, string>>;
}

const DIGITS = 10;
const MANIFEST = /^step-(\d{10,})\.json$/;
const TENSORS = /^step-\d{10,}-[0-9a-f]{8}\.safetensors$/;

/** The name of a manifest: `step-0000000120.json`. */
export function manifestName(step: number): string {
  return `step-${String(step).padStart(DIGITS, '0')}.json`;
}

/** The name of the tensors of a step, by their sum, so that tensors that differ never share a file: `step-0000000120-1a2b3c4d.safetensors`. */
export function tensorsName(step: number, sum: string): string {
  return `step-${String(step).padStart(DIGITS, '0')}-${sum.slice(0, 8)}.safetensors`;
}

/** The steps that have a manifest, oldest first. */
export function listSteps(names: readonly string[]): number[] {
  const found = names.map((name) => MANIFEST.exec(name)?.[1]).filter((step) => step !== undefined);
  return found.map(Number).sort((a, b) => a - b);
}

/** Files of checkpoints that no manifest needs: what a killed run left behind, and the tensors of manifests that are gone. */
export function listLeftovers(names: readonly string[], needed: ReadonlySet<string>): string[] {
  return names.filter((name) => (TENSORS.test(name) && !needed.has(name)) || /^step-\d{10,}[\w.-]*\.tmp$/.test(name));
}

/** A manifest that is what this version writes. */
export function readManifest(symbol: string, text: string): Manifest {
  let manifest: Partial<Manifest> = {};
  try {
    manifest = JSON.parse(text) as Partial<Manifest>;
  } catch {
    // Says below what is wrong.
  }
  const { format, tensors, position } = manifest ?? {};
  const numbers = [position?.epoch, position?.batch, position?.step, tensors?.bytes];
  check(
    format === 1 && TENSORS.test(String(tensors?.file)) && numbers.every((one) => Number.isSafeInteger(one)),
    symbol,
    () =>
      `expected a manifest of format 1, got ${format === 1 ? 'a damaged one' : `format ${String(format)}`}. Use the version that wrote it.`,
  );
  return manifest as Manifest;
}

/** SHA-256 of bytes, in hexadecimal digits. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
