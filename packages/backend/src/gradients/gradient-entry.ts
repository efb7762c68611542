import { reshape, type GradConfig, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core';
import { admitComplex } from './admit-complex.ts';
import { reconnectOutput } from './reconnect-output.ts';

/** The gradient of one kernel, ready to be registered. */
export interface GradientEntry {
  /** What tfjs' gradient registry holds: the kernel's name, the tensors it saves and the formula. */
  readonly config: GradConfig;
  /**
   * Whether TensorFlow.js' own gradient of that kernel is wrong, or fails for arguments its kernel accepts.
   * Ours is then registered over it; otherwise only where there is none.
   */
  readonly replaces: boolean;
}

/** The gradient of each input, computed when the backward pass asks for it. Second-order gradients need differentiable ops inside. */
export type InputGradients = Readonly<Record<string, () => Tensor>>;

/** A kernel with named inputs and one output. */
export interface GradientSpec<I extends string, A> {
  readonly kernel: string;
  /** Inputs that the formula reads; they stay in memory until the backward pass. Default: none. */
  readonly saves?: readonly I[];
  /** Whether the formula reads the output, as `y`. Default: false. */
  readonly savesOutput?: boolean;
  /** See {@link GradientEntry.replaces}. Default: false. */
  readonly replaces?: boolean;
  /** The formula: from the output's gradient `dy` to the inputs' gradients. */
  readonly gradient: (dy: Tensor, saved: Readonly<Record<I | 'y', Tensor>>, attributes: A) => InputGradients;
}

/** A kernel with a list of inputs, or with a list of outputs. */
export interface ListGradientSpec<A> {
  readonly kernel: string;
  /** Inputs that the formula reads, or `all` for a kernel whose inputs are a list. Default: none. */
  readonly saves?: readonly string[] | 'all';
  /** Which outputs the formula reads; they follow the inputs in `saved`. Default: none. */
  readonly savesOutputs?: readonly boolean[];
  /** See {@link GradientEntry.replaces}. Default: false. */
  readonly replaces?: boolean;
  /** The formula: from the outputs' gradients to the inputs' gradients, which are named `0`, `1`, ... for a list of inputs. */
  readonly gradient: (dys: readonly Tensor[], saved: readonly Tensor[], attributes: A) => InputGradients;
}

/** A gradient must be a tensor of its own: the backward pass disposes what it has summed up. */
function finish(thunks: InputGradients, dys: readonly Tensor[]): Record<string, () => Tensor> {
  const own = (dx: Tensor) => (dys.includes(dx) ? reshape(dx, dx.shape) : dx);
  return Object.fromEntries(Object.entries(thunks).map(([name, thunk]) => [name, () => admitComplex(own(thunk()))]));
}

/**
 * Makes the entry of a kernel with named inputs and one output.
 */
export function defineGradient<const I extends string = never, A = NamedAttrMap>(spec: GradientSpec<I, A>): GradientEntry {
  const names: readonly I[] = spec.saves ?? [];
  return {
    replaces: spec.replaces ?? false,
    config: {
      kernelName: spec.kernel,
      inputsToSave: [...names],
      outputsToSave: [spec.savesOutput ?? false],
      gradFunc: (dy, tensors, attributes) => {
        if (spec.savesOutput) tensors.slice(names.length).forEach(reconnectOutput);
        const saved = Object.fromEntries(tensors.map((tensor, index) => [names[index] ?? 'y', tensor])) as Record<I | 'y', Tensor>;
        return finish(spec.gradient(dy as Tensor, saved, attributes as A), [dy as Tensor]);
      },
    },
  };
}

/**
 * Makes the entry of a kernel whose inputs or outputs are a list.
 */
export function defineListGradient<A = NamedAttrMap>(spec: ListGradientSpec<A>): GradientEntry {
  return {
    replaces: spec.replaces ?? false,
    config: {
      kernelName: spec.kernel,
      ...(spec.saves === 'all' ? { saveAllInputs: true } : { inputsToSave: [...(spec.saves ?? [])] }),
      outputsToSave: [...(spec.savesOutputs ?? [])],
      gradFunc: (dy, saved, attributes) => {
        const dys = Array.isArray(dy) ? dy : [dy];
        return finish(spec.gradient(dys, saved, attributes as A), dys);
      },
    },
  };
}
