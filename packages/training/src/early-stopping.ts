import { clone, type Tensor } from '@tensorflow/tfjs-core';
import { check, disposeTree, keepTree, mapTree, type Tree } from '@kumiko/core';
import type { Callback } from './callback.ts';
import { isBetter, monitored } from './internal/monitored.ts';
import type { Monitor } from './monitor.ts';
import type { TrainState } from './train-state.ts';

/** Options of {@link earlyStopping}. */
export interface EarlyStoppingOptions {
  /** What tells how good an epoch was. Default: the least `loss`, of the validation where there is one. */
  readonly monitor?: Monitor;
  /** Epochs without an improvement after which the run ends, at least 1. Default: 3. */
  readonly patience?: number;
  /** What an improvement has to exceed, at least 0. Default: 0. */
  readonly minDelta?: number;
  /** Whether the run ends with the state of its best epoch. It keeps one more state in memory. Default: true. */
  readonly restoreBest?: boolean;
}

/**
 * A callback that ends a run which no longer improves, with the state of its best epoch: parameters, statistics, optimizer and key,
 * because averages of parameters live in the optimizer's state. It is restored after the last epoch as well, but not after an abort.
 * What it has seen is part of a checkpoint.
 *
 * @param options all optional
 * @throws KumikoError when an option is out of range; after an epoch, when the logs have no such number
 * @example
 * const stopping = earlyStopping({ monitor: { name: 'accuracy', mode: 'max' }, patience: 5 });
 * stopping.name; // 'earlyStopping'
 * @see Prechelt, "Early stopping - but when?", 1998; Keras' EarlyStopping, with `restore_best_weights`
 */
export function earlyStopping(
  options: EarlyStoppingOptions = {},
): Callback & Required<Pick<Callback, 'save' | 'load' | 'onEpoch' | 'onEnd'>> {
  const { monitor = { name: 'loss' }, patience = 3, minDelta = 0, restoreBest = true } = options;
  check(
    Number.isInteger(patience) && patience >= 1,
    'earlyStopping',
    () => `expected patience to be a whole number of at least 1, got ${patience}. Pass for example 3.`,
  );
  check(minDelta >= 0, 'earlyStopping', () => `expected minDelta of at least 0, got ${minDelta}. Leave it out for 0.`);
  let best = NaN;
  let waited = 0;
  let kept: Tree = {};

  const keep = (tensors: Tree): void => {
    disposeTree(kept);
    kept = tensors;
  };

  return {
    name: 'earlyStopping',
    onEpoch(event) {
      const { epoch, epochs, state, stop, replace } = event;
      const value = monitored('earlyStopping', monitor, event);
      const improved = isBetter(monitor, value, best, Number.isNaN(best) ? 0 : minDelta);
      waited = improved ? 0 : waited + 1;
      if (improved) {
        best = value;
        if (restoreBest) keep(copyOf(state));
      }
      if (waited >= patience) stop();
      const over = waited >= patience || epoch + 1 === epochs;
      if (over && restoreBest && !improved && Object.keys(kept).length > 0) replace(copyOf(kept) as unknown as TrainState);
    },
    onEnd() {
      keep({});
    },
    save: () => ({ values: { best: Number.isNaN(best) ? null : best, waited }, tensors: kept }),
    load({ values, tensors }, stop) {
      best = typeof values['best'] === 'number' ? values['best'] : NaN;
      waited = Number(values['waited']);
      keep(tensors);
      if (waited >= patience) stop();
    },
  };
}

function copyOf(tree: Tree): Tree {
  return keepTree(mapTree<Tensor, Tensor>((leaf) => clone(leaf), tree));
}
