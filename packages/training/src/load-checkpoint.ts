import { check, isKumikoError, type Key, type Tree } from '@kumiko/core';
import { fromSafetensors } from '@kumiko/formats';
import type { CallbackState, Logs } from './callback.ts';
import { listSteps, manifestName, readManifest, sha256, type Manifest } from './internal/checkpoint-files.ts';
import { currentEnvironment, environmentChanges } from './internal/environment.ts';
import { fileSystem } from './internal/file-system.ts';
import { isBetter } from './internal/monitored.ts';
import type { Monitor } from './monitor.ts';
import type { RunPosition } from './run-position.ts';
import type { TrainState } from './train-state.ts';

/** Options of {@link loadCheckpoint}. */
export interface LoadCheckpointOptions {
  /** The best instead of the last: whether less is better or more of what `checkpoint({ best })` looked at. Default: the last. */
  readonly best?: NonNullable<Monitor['mode']>;
  /** Told of damaged checkpoints and of another build, machine or thread count. Default: `console.warn`. */
  readonly warn?: (message: string) => void;
}

/** A run as {@link loadCheckpoint} found it; spread `state` and `position` into the options of `fit`. */
export interface Checkpoint {
  /** The caller owns it, until `fit` does. */
  readonly state: TrainState;
  readonly position: RunPosition;
  /** Logs of the epoch that ended with it; undefined within an epoch. */
  readonly logs: { readonly train: Logs; readonly validation: Logs | null } | undefined;
  /** The key that shuffles the data, if the run had told it. */
  readonly dataKey: Key | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

const SYMBOL = 'loadCheckpoint';

/**
 * The last whole checkpoint of a folder, in Node, or nothing when there is none. A damaged one is passed over with a warning.
 *
 * `fit({ ...task, ...saved })` goes on to the bit as the run would have gone on, with the same task, data, build, machine and thread count;
 * under others it warns.
 *
 * @param folder as given to `checkpoint`
 * @throws KumikoError when all checkpoints are damaged, or where there is no file system
 * @example
 * await loadCheckpoint('no-such-run'); // undefined, so that a run starts anew: `saved?.state ?? initTrainState(...)`
 */
export async function loadCheckpoint(folder: string, options: LoadCheckpointOptions = {}): Promise<Checkpoint | undefined> {
  const { best, warn = (message) => console.warn(message) } = options;
  const { readdir, readFile } = await fileSystem(SYMBOL);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const steps = listSteps(names);
  const whole: { manifest: Manifest; bytes: Uint8Array }[] = [];
  for (const step of [...steps].reverse()) {
    try {
      const manifest = readManifest(SYMBOL, await readFile(`${folder}/${manifestName(step)}`, 'utf8'));
      const bytes = await readFile(`${folder}/${manifest.tensors.file}`);
      check(
        bytes.length === manifest.tensors.bytes && (await sha256(bytes)) === manifest.tensors.sha256,
        SYMBOL,
        () => `expected ${manifest.tensors.bytes} bytes of the sum in the manifest, got ${bytes.length} others. Fetch or write them again.`,
      );
      whole.push({ manifest, bytes });
    } catch (error) {
      if (!isKumikoError(error) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      warn(`${SYMBOL}: passes over step ${step} of ${folder}: ${(error as Error).message}`);
    }
    if (whole.length > 0 && best === undefined) break;
  }
  check(
    whole.length > 0 || steps.length === 0,
    SYMBOL,
    () => `expected a whole checkpoint in ${folder}, got ${steps.length} damaged ones. Start anew in another folder.`,
  );
  const chosen = best === undefined ? whole[0] : bestOf(whole, { name: '', mode: best });
  if (chosen === undefined) return undefined;
  const { manifest, bytes } = chosen;
  const changes = environmentChanges(manifest.environment, currentEnvironment());
  if (changes.length > 0)
    warn(`${SYMBOL}: the run goes on elsewhere than it was saved, so its last bits may differ: ${changes.join('; ')}.`);
  const tree = fromSafetensors(bytes) as unknown as SavedTensors;
  const { batchSize, callbacks, ...position } = manifest.position;
  const remembered = Object.entries(callbacks).map(([name, values]): [string, CallbackState] => [
    name,
    { values, tensors: tree.callbacks[name] ?? {} },
  ]);
  return {
    state: tree.state,
    position: { ...position, batchSize: batchSize ?? undefined, metrics: tree.metrics, callbacks: Object.fromEntries(remembered) },
    logs: manifest.logs ?? undefined,
    dataKey: manifest.dataKey ? { words: manifest.dataKey } : undefined,
    metadata: manifest.metadata,
  };
}

/** What a checkpoint's file of tensors holds. */
interface SavedTensors {
  readonly state: TrainState;
  readonly metrics: Readonly<Record<string, Tree>>;
  readonly callbacks: Readonly<Record<string, Tree>>;
}

function bestOf<T extends { manifest: Manifest }>(found: readonly T[], monitor: Monitor): T | undefined {
  const scored = found.filter(({ manifest }) => manifest.score !== null);
  return scored.reduce<T | undefined>(
    (best, one) => (best === undefined || isBetter(monitor, one.manifest.score as number, best.manifest.score as number) ? one : best),
    undefined,
  );
}
