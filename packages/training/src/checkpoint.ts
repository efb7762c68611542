import { check, type Key, type Tree } from '@kumiko/core';
import { toSafetensors, writeFileAtomically } from '@kumiko/formats';
import type { BatchEvent, Callback, CallbackState, EpochEvent } from './callback.ts';
import { listLeftovers, listSteps, manifestName, readManifest, sha256, tensorsName, type Manifest } from './internal/checkpoint-files.ts';
import { currentEnvironment } from './internal/environment.ts';
import { fileSystem } from './internal/file-system.ts';
import { toJsonLogs } from './internal/to-json-logs.ts';
import { monitored, isBetter } from './internal/monitored.ts';
import type { Monitor } from './monitor.ts';

/** Options of {@link checkpoint}. */
export interface CheckpointOptions {
  /** Made if it does not exist. One run writes to it at a time. */
  readonly folder: string;
  /** When to save: after so many epochs, batches or seconds, whichever is given and comes first. Default: `{ epochs: 1 }`. */
  readonly every?: { readonly epochs?: number; readonly batches?: number; readonly seconds?: number };
  /** How many of the last to keep, at least 1. Default: 3. */
  readonly keep?: number;
  /** Keeps the best epoch as well, by a number of the logs. Default: none. */
  readonly best?: Monitor;
  /** The key that shuffles the data, to be given back by `loadCheckpoint`. Default: none. */
  readonly dataKey?: Key;
  /** Texts to keep with every checkpoint. Default: none. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Clock in milliseconds. Default: `performance.now`. */
  readonly now?: () => number;
}

const SYMBOL = 'checkpoint';

/**
 * A callback that saves a run to a folder, in Node, so that `loadCheckpoint` and `fit` go on to the bit as if it had never been cut off:
 * parameters, state, optimizer, random key, epoch, batch, running means and what callbacks remember.
 *
 * A checkpoint is a safetensors file and, written after it, `step-0000000120.json` with its name, length and SHA-256: whatever moment a
 * run is killed at, the last whole checkpoint is found. The JSON also records backend, threads and versions, which the last bits depend on.
 *
 * @param options `folder` is required
 * @throws KumikoError when an option is out of range, or where there is no file system
 * @example
 * const save = checkpoint({ folder: 'run', every: { batches: 500, seconds: 600 }, best: { name: 'loss', of: 'validation' } });
 * save.name; // 'checkpoint'
 */
export function checkpoint(options: CheckpointOptions): Callback {
  const { folder, every = { epochs: 1 }, keep = 3, best, dataKey, metadata = {}, now = () => performance.now() } = options;
  checkOptions(every, keep);
  let saved = now();

  const save = async (event: BatchEvent | EpochEvent, logs: Manifest['logs'], score: number | null): Promise<void> => {
    const { epoch, batch, step, batchSize, lossSum, samples, metrics, callbacks } = event.position();
    const remembered = Object.entries(callbacks);
    const { mkdir, readdir, readFile, rm } = await fileSystem(SYMBOL);
    const bytes = await toSafetensors({
      state: event.state as unknown as Tree,
      metrics,
      callbacks: Object.fromEntries(remembered.map(([name, { tensors }]) => [name, tensors])),
    });
    const sum = await sha256(bytes);
    const manifest: Manifest = {
      format: 1,
      tensors: { file: tensorsName(step, sum), bytes: bytes.length, sha256: sum },
      position: {
        epoch,
        batch,
        step,
        batchSize: batchSize ?? null,
        lossSum,
        samples,
        callbacks: Object.fromEntries(remembered.map(([name, { values }]): [string, CallbackState['values']] => [name, values])),
      },
      logs,
      score,
      environment: currentEnvironment(),
      dataKey: dataKey?.words ?? null,
      metadata,
    };
    await mkdir(folder, { recursive: true });
    await writeFileAtomically(`${folder}/${manifest.tensors.file}`, bytes);
    await writeFileAtomically(`${folder}/${manifestName(step)}`, `${JSON.stringify(manifest, undefined, 2)}\n`);
    saved = now();

    const names = await readdir(folder);
    const steps = listSteps(names);
    const manifests = new Map<number, Manifest>();
    for (const one of steps) manifests.set(one, readManifest(SYMBOL, await readFile(`${folder}/${manifestName(one)}`, 'utf8')));
    // Later steps are those of a run that was not gone on with.
    const kept = new Set(steps.filter((one) => one <= step).slice(-keep));
    if (best !== undefined) kept.add(bestOf(manifests, best) ?? step);
    const needed = new Set([...kept].map((one) => manifests.get(one)?.tensors.file ?? ''));
    // The manifests go first: a checkpoint is whole or none.
    const stale = [...steps.filter((one) => !kept.has(one)).map(manifestName), ...listLeftovers(names, needed)];
    for (const name of stale) await rm(`${folder}/${name}`, { force: true });
  };

  return {
    name: 'checkpoint',
    async onBatch(event) {
      const due = (every.batches !== undefined && event.step % every.batches === 0) || now() - saved >= (every.seconds ?? Infinity) * 1000;
      if (due) await save(event, null, null);
    },
    async onEpoch(event) {
      const { train, validation = null } = event;
      const score = best === undefined ? null : monitored(SYMBOL, best, event);
      const due = (event.epoch + 1) % (every.epochs ?? Infinity) === 0 || now() - saved >= (every.seconds ?? Infinity) * 1000;
      if (due || event.epoch + 1 === event.epochs)
        await save(event, { train: toJsonLogs(train), validation: validation && toJsonLogs(validation) }, score);
    },
  };
}

/** The step with the best score, if any has one. */
function bestOf(manifests: ReadonlyMap<number, Manifest>, best: Monitor): number | undefined {
  let found: { step: number; score: number } | undefined;
  for (const [step, { score }] of manifests) {
    if (score !== null && (found === undefined || isBetter(best, score, found.score))) found = { step, score };
  }
  return found?.step;
}

function checkOptions(every: NonNullable<CheckpointOptions['every']>, keep: number): void {
  const { epochs, batches, seconds } = every;
  check(
    Number.isInteger(keep) && keep >= 1,
    SYMBOL,
    () => `expected keep to be a whole number of at least 1, got ${keep}. Leave it out for 3.`,
  );
  const counts = [epochs, batches].filter((one) => one !== undefined);
  check(
    counts.every((count) => Number.isInteger(count) && count >= 1) &&
      (seconds === undefined || seconds > 0) &&
      Object.keys(every).length > 0,
    SYMBOL,
    () =>
      `expected every with whole numbers of epochs or batches, or seconds above 0, got ${JSON.stringify(every)}. Pass for example { batches: 500 }.`,
  );
}
