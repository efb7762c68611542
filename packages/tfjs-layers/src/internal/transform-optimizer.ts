import * as tf from '@tensorflow/tfjs-core';
import {
  check,
  disposeTree,
  flatten,
  formatShape,
  mapTree,
  mapTreeWithNames,
  type Transform,
  type TransformExtra,
  type Tree,
} from '@kumiko/core';
import { leafByName, nestedByName } from './nested-by-name.ts';
import { withValues } from './reevaluation.ts';

/** Gradients as TensorFlow.js hands them to an optimizer; those of variables that the loss does not reach are absent. */
type Gradients = tf.NamedTensorMap | readonly { readonly name: string; readonly tensor?: tf.Tensor | null }[];

/** A tensor as an optimizer saves it. */
interface NamedTensor {
  name: string;
  tensor: tf.Tensor;
}

/** A variable that has a gradient, and its name in the trees. */
interface Reached {
  readonly name: string;
  readonly variable: tf.Variable;
}

/** How a model names a variable. */
type Naming = (variable: string) => string;

const SYMBOL = 'asOptimizer';
/** What saved leaves of the state are called: it keeps them apart from the model's weights in the same file. */
const PREFIX = 'optimizerState/';

/**
 * A transform as an optimizer of TensorFlow.js. Its name has no underscore, or a model saved with it could not be loaded.
 * Loaded with a model it has a state and no transform, which no file can hold; it waits for `asOptimizer` to take the state over.
 */
export class TransformOptimizer extends tf.Optimizer {
  static get className(): string {
    return 'KumikoOptimizer';
  }

  readonly transform: Transform | undefined;
  /** The transform's name; of a loaded optimizer, that with which it was saved. */
  readonly transformName: string;
  readonly #naming: Naming;
  /** A tree of variables. */
  #state: Tree | undefined;
  /** The parameters that the state belongs to. */
  #parameters: readonly Reached[] = [];
  /** Whether the variables hold the parameters to evaluate with. */
  #evaluates = false;
  /** A state that was set, by the names of its leaves, until the next step shows its structure. */
  #saved: Map<string, tf.Tensor> | undefined;
  #iterationsTensor: tf.Tensor | undefined;

  constructor(transform: Transform | undefined, transformName: string, naming: Naming = (variable) => variable) {
    super();
    this.transform = transform;
    this.transformName = transformName;
    this.#naming = naming;
  }

  /** Takes the state of an optimizer that was loaded with a model, which is empty then. */
  takeOver(loaded: TransformOptimizer): void {
    check(
      loaded.transformName === this.transformName,
      SYMBOL,
      () =>
        `expected the transform '${loaded.transformName}' that the model was saved with, got '${this.transformName}'. Pass that one, or load the model without its optimizer.`,
    );
    this.#saved = loaded.#saved;
    loaded.#saved = undefined;
    this.iterations_ = loaded.iterations;
  }

  override minimize(f: () => tf.Scalar, returnCost = false, varList?: tf.Variable[]): tf.Scalar | null {
    const { value, grads } = this.computeGradients(f, varList);
    try {
      this.#step(grads, value, () => this.computeGradients(f, varList));
    } finally {
      tf.dispose(grads);
    }
    if (returnCost) return value;
    value.dispose();
    return null;
  }

  override applyGradients(gradients: Gradients): void {
    this.#step(gradients);
  }

  /** Puts the parameters to evaluate with into the variables, and returns what puts the trained ones back. */
  useEvalParams(): () => void {
    const { evalParams } = this.transform ?? {};
    if (evalParams === undefined) return () => {};
    const state = this.#state;
    check(
      state !== undefined && !this.#evaluates,
      SYMBOL,
      () =>
        `expected ${state ? 'the trained parameters' : 'at least one step'} before useEvalParams, got ${state ? 'those to evaluate with' : 'none'}. ${state ? 'Call the function that it returned' : 'Train first'}.`,
    );
    const parameters = this.#parameters;
    const trained = parameters.map(({ variable }) => tf.keep(tf.clone<tf.Tensor>(variable)));
    tf.tidy(() => {
      const params = nestedByName(new Map(parameters.map(({ name }, i) => [name, trained[i] as tf.Tensor])));
      const evaluated = evalParams(params, state);
      for (const { name, variable } of parameters) variable.assign(leafByName(evaluated, name) as tf.Tensor);
    });
    this.#evaluates = true;
    return () => {
      if (!this.#evaluates) return;
      this.#evaluates = false;
      parameters.forEach(({ variable }, i) => {
        if (!variable.isDisposed) variable.assign(trained[i] as tf.Tensor);
      });
      tf.dispose(trained);
    };
  }

  #step(gradients: Gradients, value?: tf.Scalar, evaluate?: () => { value: tf.Scalar; grads: tf.NamedTensorMap }): void {
    const { transform } = this;
    check(
      !this.#evaluates,
      SYMBOL,
      () => 'expected the trained parameters, got those to evaluate with. Call the function that useEvalParams returned.',
    );
    check(
      transform !== undefined,
      SYMBOL,
      () =>
        `expected a transform, got the '${this.transformName}' of a loaded model. Pass it to configureModel, or to asOptimizer with { model }.`,
    );
    const given = Array.isArray(gradients)
      ? (gradients as readonly { name: string; tensor?: tf.Tensor | null }[]).map(({ name, tensor }) => [name, tensor] as const)
      : Object.entries(gradients);
    const registered = tf.engine().registeredVariables;
    const reached = given.flatMap(([own, grad]) =>
      grad == null ? [] : [{ own, name: this.#naming(own), grad, variable: variableOf(registered, own) }],
    );
    const names = reached.map(({ name }) => name);
    tf.tidy(() => {
      const grads = nestedByName(new Map(reached.map(({ name, grad }) => [name, grad])));
      const params = nestedByName(new Map(reached.map(({ name, variable }) => [name, variable])));
      const before = this.#stateFor(transform, params, names);
      const extra: TransformExtra = {
        ...(value && { value }),
        ...(evaluate && { valueAndGrad: (at) => valueAndGradAt(at, reached, evaluate) }),
      };
      const [updates, after] = transform.update(grads, before, params, extra);
      const assignments = reached.map(({ name, variable }) => {
        const update = leafByName(updates, name);
        const next = update && tf.add(variable, update);
        check(
          next !== undefined && formatShape(next.shape) === formatShape(variable.shape),
          SYMBOL,
          () =>
            `expected an update ${formatShape(variable.shape)} of '${name}' from ${transform.name}, got ${next ? formatShape(update.shape) : 'none'}. Return an update for each parameter, of its shape.`,
        );
        return { variable, next };
      });
      // Everything that can refuse has run: from here on parameters and state change together.
      for (const { variable, next } of assignments) variable.assign(next);
      this.#keep(after);
      this.#parameters = reached.map(({ name, variable }) => ({ name, variable }));
      this.#disposeSaved();
    });
    this.incrementIterations();
  }

  /** Keeps a state in variables, so that a compiled step knows it as what it reads and writes. */
  #keep(after: Tree): void {
    const old = flatten<tf.Tensor>(this.#state ?? {});
    const values = flatten<tf.Tensor>(after);
    const fits = ({ name, leaf }: (typeof old)[number], i: number): boolean =>
      values[i]?.name === name && formatShape(values[i].leaf.shape) === formatShape(leaf.shape) && values[i].leaf.dtype === leaf.dtype;
    if (this.#state !== undefined && old.length === values.length && old.every(fits)) {
      // A value may be another variable of the state, which must not change before it is read.
      const next = values.map(({ leaf }) => tf.clone(leaf));
      for (const [i, { leaf }] of old.entries()) (leaf as tf.Variable).assign(next[i] as tf.Tensor);
      return;
    }
    const state = mapTree<tf.Tensor, tf.Tensor>((leaf) => tf.variable(leaf, false), after);
    if (this.#state !== undefined) disposeTree(this.#state);
    this.#state = state;
  }

  /** The state before a step over these parameters: as it is, as it was saved, or without the parameters that were frozen meanwhile. */
  #stateFor(transform: Transform, params: Tree, names: readonly string[]): Tree {
    if (this.#saved !== undefined) return this.#restored(transform.init(params), this.#saved);
    if (this.#state === undefined) return transform.init(params);
    const known = new Set(this.#parameters.map(({ name }) => name));
    const joined = names.filter((name) => !known.has(name));
    check(
      joined.length === 0,
      SYMBOL,
      () =>
        `expected the variables that training began with, got '${joined.join("', '")}' too. After layers are made trainable, compile the model with a new optimizer.`,
    );
    if (names.length === known.size) return this.#state;
    const old = new Map(flatten<tf.Tensor>(this.#state).map(({ name, leaf }) => [name, leaf]));
    return mapTreeWithNames<tf.Tensor, tf.Tensor>((name, leaf) => {
      const before = old.get(name);
      return before && formatShape(before.shape) === formatShape(leaf.shape) ? before : leaf;
    }, transform.init(params));
  }

  #restored(structure: Tree, saved: ReadonlyMap<string, tf.Tensor>): Tree {
    const wanted = flatten<tf.Tensor>(structure);
    const missing = wanted.find(({ name }) => !saved.has(name));
    const extra = [...saved.keys()].find((name) => !wanted.some((one) => one.name === name));
    check(
      missing === undefined && extra === undefined,
      SYMBOL,
      () =>
        `expected ${missing ? `'${missing.name}' in the saved state` : 'a saved state of these variables alone'}, got ${extra === undefined ? 'none' : `'${extra}'`}. Pass the transform and the trainable layers that it was saved with, and { model } where TensorFlow.js numbers variables.`,
    );
    return mapTreeWithNames<tf.Tensor, tf.Tensor>((name, leaf) => {
      const before = saved.get(name) as tf.Tensor;
      check(
        formatShape(before.shape) === formatShape(leaf.shape) && before.dtype === leaf.dtype,
        SYMBOL,
        () =>
          `expected ${leaf.dtype} ${formatShape(leaf.shape)} as the saved '${name}', got ${before.dtype} ${formatShape(before.shape)}. Load the state of the same model.`,
      );
      return tf.clone(before);
    }, structure);
  }

  /** The count of steps, then the leaves of the state by name. They stay the optimizer's. */
  override async getWeights(): Promise<NamedTensor[]> {
    this.#iterationsTensor?.dispose();
    this.#iterationsTensor = tf.keep(tf.scalar(this.iterations, 'int32'));
    const state = this.#saved ? [...this.#saved] : flatten<tf.Tensor>(this.#state ?? {}).map(({ name, leaf }) => [name, leaf] as const);
    return [
      { name: `${PREFIX}iter`, tensor: this.#iterationsTensor },
      ...state.map(([name, tensor]) => ({ name: `${PREFIX}state/${name}`, tensor })),
    ];
  }

  /** Continues from what `getWeights` gave, which stays the caller's. */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const [first, ...rest] = weights;
    check(
      first?.name === `${PREFIX}iter` && rest.every(({ name }) => name.startsWith(`${PREFIX}state/`)),
      SYMBOL,
      () => `expected the weights of such an optimizer, got ${first ? `'${first.name}' first` : 'none'}. Pass what getWeights() returned.`,
    );
    const saved = rest.map(({ name, tensor }) => [name.slice(`${PREFIX}state/`.length), tf.keep(tf.clone(tensor))] as const);
    const [iterations] = await (first as NamedTensor).tensor.data();
    this.#disposeState();
    this.#saved = new Map(saved);
    this.iterations_ = iterations as number;
  }

  getConfig(): tf.serialization.ConfigDict {
    return { name: this.transformName };
  }

  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new cls(undefined, config['name'] as string);
  }

  /** Frees the state; another step would begin anew. */
  override dispose(): void {
    this.#disposeState();
    this.#iterationsTensor?.dispose();
    this.#iterationsTensor = undefined;
    this.iterations_ = 0;
  }

  #disposeState(): void {
    if (this.#state !== undefined) disposeTree(this.#state);
    this.#state = undefined;
    this.#disposeSaved();
  }

  #disposeSaved(): void {
    for (const tensor of this.#saved?.values() ?? []) tensor.dispose();
    this.#saved = undefined;
  }
}

/** Loss and gradients at other parameters; those of parameters that the loss does not reach there are 0. */
function valueAndGradAt(
  at: Tree,
  reached: readonly (Reached & { readonly own: string })[],
  evaluate: () => { value: tf.Scalar; grads: tf.NamedTensorMap },
): [tf.Scalar, Tree] {
  const values = new Map(reached.map(({ name, variable }) => [variable, leafByName(at, name) as tf.Tensor]));
  const { value, grads } = withValues(values, evaluate);
  return [value, nestedByName(new Map(reached.map(({ name, own, variable }) => [name, grads[own] ?? tf.zerosLike<tf.Tensor>(variable)])))];
}

function variableOf(registered: Readonly<Record<string, tf.Variable>>, name: string): tf.Variable {
  const variable = registered[name];
  check(
    variable !== undefined,
    SYMBOL,
    () => `expected gradients of variables that exist, got one of '${name}'. Pass gradients by the names of variables.`,
  );
  return variable;
}

// Here, not in a function: a model can be loaded before its optimizer is made anew.
tf.serialization.registerClass(TransformOptimizer);
