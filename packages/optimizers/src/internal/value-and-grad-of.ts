import { check, type TransformExtra } from '@kumiko/core';

/** What evaluates the loss elsewhere; throws when the caller gave none. */
export function valueAndGradOf(symbol: string, extra: TransformExtra | undefined): NonNullable<TransformExtra['valueAndGrad']> {
  const evaluate = extra?.valueAndGrad?.bind(extra);
  check(
    evaluate !== undefined,
    symbol,
    () => 'expected extra.valueAndGrad, got none. Pass update(grads, state, params, { valueAndGrad: (params) => [loss, grads] }).',
  );
  return evaluate;
}
