import { compile } from '@kumiko/compiler';
import { isKumikoError, type Tree } from '@kumiko/core';
import type { Batch } from '../batch.ts';
import type { TrainState } from '../train-state.ts';
import type { StepLogs, TrainStep } from '../train-step.ts';

/** A step that runs compiled, and as it is from the first time that it turns out to be no program. */
export interface CompiledStep<B extends Batch> {
  readonly run: TrainStep<B>;
  /** Frees what its programs hold. */
  dispose(): void;
}

/** Compiles a step for `fit`, which owns the states: programs write over them. */
export function compiledStep<B extends Batch>(step: TrainStep<B>): CompiledStep<B> {
  const compiled = compile(step as unknown as (state: Tree, batch: Tree) => Tree[]);
  let refused = false;
  const run = (state: TrainState, batch: B): [TrainState, StepLogs] => {
    if (!refused) {
      try {
        return compiled(state as unknown as Tree, batch as unknown as Tree) as unknown as [TrainState, StepLogs];
      } catch (error) {
        if (!isKumikoError(error) || error.code !== 'compile') throw error;
        refused = true;
        console.warn(`fit runs its steps one kernel after the other, since they are no program. ${error.message} Or pass compile: false.`);
      }
    }
    return step(state, batch);
  };
  return { run, dispose: () => compiled.dispose() };
}
