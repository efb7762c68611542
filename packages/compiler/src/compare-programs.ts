/** @internal */
import { KumikoError, formatShape } from '@kumiko/core';
import type { Program } from './program.ts';
import type { Line } from './user-line.ts';

/**
 * Refuses two recordings of one function that differ: what changes from call to call without being an argument would be frozen.
 *
 * @throws KumikoError that names the kernel or constant and the user's line
 */
export function comparePrograms(first: Program, second: Program): void {
  compareConstants(first, second);
  const length = Math.max(first.instructions.length, second.instructions.length);
  for (let i = 0; i < length; i++) {
    const [a, b] = [first.instructions[i], second.instructions[i]];
    if (a === undefined || b === undefined || a.kernelName !== b.kernelName) {
      refuse(
        `${a?.kernelName ?? 'no kernel'} and then ${b?.kernelName ?? 'no kernel'}`,
        (b ?? a)?.line,
        'Choose with tf.where instead of JavaScript, or compile both branches apart.',
      );
    }
    if (!equal(a.attrs, b.attrs)) {
      const name = [...new Set([...Object.keys(a.attrs), ...Object.keys(b.attrs)])].find((key) => !equal(a.attrs[key], b.attrs[key]));
      refuse(
        `another '${name}' of ${a.kernelName}: ${JSON.stringify(a.attrs[name as string])} and then ${JSON.stringify(b.attrs[name as string])}`,
        b.line,
        'Pass it in as a tensor.',
      );
    }
    for (const [k, output] of b.outputs.entries()) {
      const [before, after] = [first.values[a.outputs[k] as number], second.values[output]];
      if (before?.dtype !== after?.dtype || !equal(before?.shape, after?.shape)) {
        refuse(
          `${a.kernelName} of shape ${formatShape(before?.shape ?? [])} and then ${formatShape(after?.shape ?? [])}`,
          b.line,
          'A shape must not depend on data: use masks of a fixed size.',
        );
      }
    }
    if (!equal(a.inputs, b.inputs))
      refuse(`${a.kernelName} of other values`, b.line, 'Let the same inputs flow the same way in every call.');
  }
  const [before, after] = [first.captures, second.captures];
  const changed = after.find(({ tensor }, i) => before[i]?.tensor !== tensor);
  if (changed !== undefined || before.length !== after.length) {
    const shape = formatShape(changed?.tensor.shape ?? []);
    refuse(`another tensor of shape ${shape} from outside the arguments`, undefined, 'Pass it in as an argument: it is state.');
  }
  if (!equal(first.results, second.results)) refuse('results in another place', undefined, 'Return the same tree in every call.');
  const assigned = ({ assignments }: Program): unknown => assignments.map(({ variable, value }) => [variable.name, value]);
  if (!equal(assigned(first), assigned(second)))
    refuse('assignments of other variables', undefined, 'Assign the same variables in every call.');
}

function compareConstants(first: Program, second: Program): void {
  for (const [i, constant] of second.constants.entries()) {
    const before = first.constants[i];
    if (before === undefined) return;
    const at = constant.data.findIndex((x, k) => !Object.is(x, before.data[k]));
    if (at >= 0 || before.data.length !== constant.data.length) {
      const user = second.instructions.find(({ inputs }) => Object.values(inputs).includes(constant.value))?.kernelName ?? 'nothing';
      refuse(
        `a constant of shape ${formatShape(second.values[constant.value]?.shape ?? [])} (an input of ${user}) with ${String(before.data[at])} and then ${String(constant.data[at])}`,
        constant.line,
        'Pass it in as a tensor. If it is random, draw it with a key: randomUniform, randomNormal or dropout of @kumiko/ops.',
      );
    }
  }
}

function refuse(got: string, line: Line | undefined, fix: string): never {
  throw new KumikoError(
    'compile',
    `expected the same kernels and constants in every call, got ${got}${line === undefined ? '' : ` at ${String(line)}`}. ${fix}`,
  );
}

/** Deep equality of plain values; NaN equals NaN. */
function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && equal((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
