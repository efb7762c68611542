/** What the normalisations have beside their tensors. */
export type NormAttributes = Readonly<{
  /** Added to the mean square before its root is taken. */
  epsilon: number;
}>;
