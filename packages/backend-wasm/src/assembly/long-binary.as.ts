import { Binary } from './binary-operation.as';
import { binary } from './binary.as';

export function atan2(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.Atan2, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function power(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.Power, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function modulo(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.Modulo, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function floorDivide(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.FloorDivide, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function integerModulo(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.IntegerModulo, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}

export function integerFloorDivide(
  task: i32, tasks: i32, a: usize, b: usize, y: usize, size: i32, length: i32, pieces: i32, aStep: i32, bStep: i32,
  d0: i32, a0: i32, b0: i32, d1: i32, a1: i32, b1: i32, d2: i32, a2: i32, b2: i32,
): void {
  binary(Binary.IntegerFloorDivide, task, tasks, a, b, y, size, length, pieces, aStep, bStep, d0, a0, b0, d1, a1, b1, d2, a2, b2);
}
