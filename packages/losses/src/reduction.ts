/**
 * How single losses become one. `mean`: `sum(w * loss) / sum(w)`, and 0 where all weights are 0; `sum`: `sum(w * loss)`;
 * `none`: `w * loss`, each on its own. Without weights every w is 1.
 */
export type Reduction = 'mean' | 'sum' | 'none';
