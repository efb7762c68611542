export { addMany } from './add-many.as';
export {
  add,
  and,
  divide,
  eluGradient,
  equal,
  integerAdd,
  integerAnd,
  integerEqual,
  integerLess,
  integerLessEqual,
  integerMaximum,
  integerMinimum,
  integerMultiply,
  integerNotEqual,
  integerSubtract,
  less,
  lessEqual,
  maximum,
  minimum,
  multiply,
  notEqual,
  or,
  prelu,
  squaredDifference,
  subtract,
  xor,
} from './binary.as';
export { not } from './not.as';
export { repeatRow } from './repeat-row.as';
export { select } from './select.as';
