/** Tiny: the cost of a call. Odd: no side is a multiple of a vector. Typical: a layer of a small network. Large: beyond the caches. */
export type Size = 'tiny' | 'odd' | 'typical' | 'large';

/** One input of a kernel: a shape and what to fill it with, the same numbers for every peer. */
export interface InputSpec {
  readonly shape: readonly number[];
  /** Default float32. */
  readonly dtype?: 'float32' | 'int32' | 'bool';
  /** Numbers are uniform in [low, high), whole ones for integers. Default -1 and 1, for bool 0 and 2. */
  readonly low?: number;
  readonly high?: number;
  /** In ascending order. */
  readonly sorted?: boolean;
  /** These numbers over and over, instead of random ones. */
  readonly values?: readonly number[];
  /** The output of another kernel over inputs that stand before this one, instead of random numbers. */
  readonly output?: { readonly kernel: string; readonly inputs: Readonly<Record<string, string>>; readonly attrs: Attributes };
}

/** Attributes of a kernel, as tfjs names them. */
export type Attributes = Readonly<Record<string, unknown>>;

/** One row of the sweep: a kernel under tfjs' name, and one call of it. */
export interface SweepRow {
  readonly kernel: string;
  readonly size: Size;
  /** What tells the row from the others of its kernel and size, such as `1024x1024x1024 A^T B`. */
  readonly label: string;
  /** By name, or in order for the kernels that take a list. */
  readonly inputs: Readonly<Record<string, InputSpec>> | readonly InputSpec[];
  readonly attrs: Attributes;
  /** Floating-point operations that the call cannot do without, a multiplication and an addition being two. Left out where memory is the limit. */
  readonly flops?: number;
}
