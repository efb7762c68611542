import type { Tensor } from '@tensorflow/tfjs-core';
import { check, flatten } from '@kumiko/core';
import type { Callback, Logs } from './callback.ts';
import { histogramOf, summaryEvent, toRecord, versionEvent, type Summary } from './internal/event-records.ts';
import { fileSystem } from './internal/file-system.ts';

/** Options of {@link tensorBoardLog}. */
export interface TensorBoardLogOptions {
  /** Also logs the loss of every so many updates, as `batch_loss`; 0 (default) for none. */
  readonly batches?: number;
  /** Also logs a histogram of each parameter every so many epochs; 0 (default) for none. */
  readonly histograms?: number;
  /** Clock in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}

const SYMBOL = 'tensorBoardLog';

/**
 * A callback that writes event files for TensorBoard, in Node: the logs of the training to `<folder>/train` and those of the validation to
 * `<folder>/validation`, so that they share a diagram; the horizontal axis counts updates. `tensorboard --logdir <folder>` shows them while the run goes on.
 * A resumed run writes files of its own, and TensorBoard joins them.
 *
 * @param folder made if it does not exist
 * @param options losses of batches and histograms of parameters
 * @throws KumikoError when an option is out of range; in the run, where there is no file system
 * @example
 * const log = tensorBoardLog('logs/first', { batches: 10, histograms: 1 });
 * log.name; // 'tensorBoardLog'
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto
 */
export function tensorBoardLog(folder: string, options: TensorBoardLogOptions = {}): Callback {
  const { batches = 0, histograms = 0, now = () => Date.now() } = options;
  for (const [name, value] of Object.entries({ batches, histograms })) {
    check(
      Number.isInteger(value) && value >= 0,
      SYMBOL,
      () => `expected ${name} to be a whole number of at least 0, got ${value}. Pass 0 for none.`,
    );
  }
  const files = new Map<string, string>();

  const write = async (part: 'train' | 'validation', step: number, summaries: readonly Summary[]): Promise<void> => {
    if (summaries.length === 0) return;
    const { appendFile, mkdir } = await fileSystem(SYMBOL);
    const seconds = now() / 1000;
    let path = files.get(part);
    if (path === undefined) {
      await mkdir(`${folder}/${part}`, { recursive: true });
      // The number of the step keeps the files of two runs within a second apart.
      path = `${folder}/${part}/events.out.tfevents.${String(Math.floor(seconds)).padStart(10, '0')}.kumiko.${step}`;
      files.set(part, path);
      await appendFile(path, toRecord(versionEvent(seconds)));
    }
    await appendFile(path, toRecord(summaryEvent(seconds, step, summaries)));
  };

  return {
    name: SYMBOL,
    async onBatch({ step, loss }) {
      if (batches > 0 && step % batches === 0) await write('train', step, [{ tag: 'batch_loss', value: loss }]);
    },
    async onEpoch({ epoch, step, state, train, validation = {} }) {
      const parameters = histograms > 0 && (epoch + 1) % histograms === 0 ? flatten<Tensor>(state.params) : [];
      const spread = parameters.map(async ({ name, leaf }) => ({ tag: name, histogram: histogramOf(await leaf.data()) }));
      await write('train', step, [...scalars(train), ...(await Promise.all(spread))]);
      await write('validation', step, scalars(validation));
    },
  };
}

/** The numbers among the logs. */
function scalars(logs: Logs): Summary[] {
  return Object.entries(logs).flatMap(([tag, value]) => (typeof value === 'number' ? [{ tag, value }] : []));
}
