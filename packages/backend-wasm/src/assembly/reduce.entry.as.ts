export { argMaximum, argMinimum, integerArgMaximum, integerArgMinimum } from './arg-extremum.as';
export { allBools, anyBools } from './reduce-bools.as';
export {
  integerMaximumColumns,
  integerMinimumColumns,
  integerSumColumns,
  maximumColumns,
  minimumColumns,
  productColumns,
  sumColumns,
} from './reduce-columns.as';
export { integerMaximumRows, integerMinimumRows, integerSumRows, maximumRows, minimumRows, productRows, sumRows } from './reduce-rows.as';
