import { atan24 } from './inverse-trigonometry.as';
import { power4 } from './power.as';
import { floorDivide4, integerFloorDivide4, integerModulo4, modulo4 } from './quotient.as';

/** A function of two values. Those up to IntegerMultiply give numbers, the others bools; the last three take bools. The first six take long. */
export const enum Binary {
  Atan2,
  Power,
  Modulo,
  FloorDivide,
  IntegerModulo,
  IntegerFloorDivide,
  Add,
  Subtract,
  Multiply,
  Divide,
  SquaredDifference,
  Maximum,
  Minimum,
  Prelu,
  EluGradient,
  IntegerAdd,
  IntegerSubtract,
  IntegerMaximum,
  IntegerMinimum,
  IntegerAnd,
  IntegerMultiply,
  Less,
  LessEqual,
  Equal,
  NotEqual,
  IntegerLess,
  IntegerLessEqual,
  IntegerEqual,
  IntegerNotEqual,
  And,
  Or,
  Xor,
}

/** Whether a function is one of many instructions. */
// @ts-ignore: decorator
@inline
export function takesLong(op: i32): bool {
  return op < Binary.Add;
}

/** Whether the inputs are bools, a byte each, not numbers of four. */
// @ts-ignore: decorator
@inline
export function takesBools(op: i32): bool {
  return op >= Binary.And;
}

/** Whether the results are bools. */
// @ts-ignore: decorator
@inline
export function givesBools(op: i32): bool {
  return op >= Binary.Less;
}

/** The function in each lane: numbers, or all ones where a comparison holds. `op` is a constant wherever this is inlined. */
// @ts-ignore: decorator
@inline
export function applyBinary(op: i32, a: v128, b: v128): v128 {
  if (op == Binary.Add) return f32x4.add(a, b);
  if (op == Binary.Subtract) return f32x4.sub(a, b);
  if (op == Binary.Multiply) return f32x4.mul(a, b);
  if (op == Binary.Divide) return f32x4.div(a, b);
  if (op == Binary.SquaredDifference) {
    const difference = f32x4.sub(a, b);
    return f32x4.mul(difference, difference);
  }
  if (op == Binary.Maximum) return f32x4.max(a, b);
  if (op == Binary.Minimum) return f32x4.min(a, b);
  if (op == Binary.Prelu) return v128.bitselect(f32x4.mul(a, b), a, f32x4.lt(a, f32x4.splat(0)));
  if (op == Binary.EluGradient) {
    const below = f32x4.mul(a, f32x4.add(b, f32x4.splat(1)));
    return v128.bitselect(a, below, f32x4.ge(b, f32x4.splat(0)));
  }
  if (op == Binary.Atan2) return atan24(a, b);
  if (op == Binary.Power) return power4(a, b);
  if (op == Binary.Modulo) return modulo4(a, b);
  if (op == Binary.FloorDivide) return floorDivide4(a, b);
  if (op == Binary.IntegerAdd) return i32x4.add(a, b);
  if (op == Binary.IntegerSubtract) return i32x4.sub(a, b);
  if (op == Binary.IntegerMaximum) return i32x4.max_s(a, b);
  if (op == Binary.IntegerMinimum) return i32x4.min_s(a, b);
  if (op == Binary.IntegerAnd) return v128.and(a, b);
  if (op == Binary.IntegerFloorDivide) return integerFloorDivide4(a, b);
  if (op == Binary.IntegerModulo) return integerModulo4(a, b);
  if (op == Binary.IntegerMultiply) return i32x4.mul(a, b);
  if (op == Binary.Less) return f32x4.lt(a, b);
  if (op == Binary.LessEqual) return f32x4.le(a, b);
  if (op == Binary.Equal) return f32x4.eq(a, b);
  if (op == Binary.NotEqual) return f32x4.ne(a, b);
  if (op == Binary.IntegerLess) return i32x4.lt_s(a, b);
  if (op == Binary.IntegerLessEqual) return i32x4.le_s(a, b);
  if (op == Binary.IntegerEqual) return i32x4.eq(a, b);
  if (op == Binary.IntegerNotEqual) return i32x4.ne(a, b);
  if (op == Binary.And) return v128.and(a, b);
  if (op == Binary.Or) return v128.or(a, b);
  return v128.xor(a, b);
}
