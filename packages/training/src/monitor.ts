/** A number of the logs that tells how good an epoch was. */
export interface Monitor {
  /** Its name in the logs: `'loss'`, or that of a metric. */
  readonly name: string;
  /** Which logs. Default: of the validation where there is one, else of the training. */
  readonly of?: 'train' | 'validation';
  /** Whether less is better or more. Default: `'min'`. */
  readonly mode?: 'min' | 'max';
}
