/** @internal */
import * as tf from '@tensorflow/tfjs-core';
import { type Constant, type Instruction, type Program, type ValueInfo, inputValues, sizeOf } from './program.ts';

/** Kernels that draw numbers on the host give another value each time they run; `Fill` is a constant of the code that reads it. */
const LEFT = new Set(['Multinomial', 'Fill']);

/** Larger constants would cost more memory than they save time. */
const MOST_ELEMENTS = 4096;

/** Runs what depends on constants only, once and for all. */
export function foldConstants(program: Program): Program {
  const known = new Map(program.constants.map((constant) => [constant.value, constant]));
  const instructions = program.instructions.filter((instruction) => {
    const { kernelName, outputs } = instruction;
    const inputs = inputValues(instruction);
    const isConstant = inputs.every((value) => known.has(value));
    if (!isConstant || LEFT.has(kernelName) || outputs.some((value) => sizeOf(program, value) > MOST_ELEMENTS)) return true;
    for (const constant of evaluate(program, instruction, known)) known.set(constant.value, constant);
    return false;
  });
  return { ...program, instructions, constants: [...known.values()] };
}

function evaluate(
  program: Program,
  { kernelName, inputs, attrs, outputs, line }: Instruction,
  known: ReadonlyMap<number, Constant>,
): Constant[] {
  const computed = tf.tidy(() => {
    const tensor = (value: number): tf.Tensor => {
      const { shape, dtype } = program.values[value] as ValueInfo;
      return tf.engine().makeTensor((known.get(value) as Constant).data as tf.TypedArray, shape as number[], dtype);
    };
    const named = Array.isArray(inputs)
      ? (inputs as readonly number[]).map(tensor)
      : Object.fromEntries(Object.entries(inputs).flatMap(([name, value]) => (value === null ? [] : [[name, tensor(value as number)]])));
    const out = tf.engine().runKernel(kernelName, named as tf.NamedTensorMap, attrs);
    return (Array.isArray(out) ? out : [out]).map((result) => result.dataSync());
  });
  return computed.map((data, i) => ({ value: outputs[i] as number, data, line }));
}
