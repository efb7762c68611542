import type { WasmModule } from '@kumiko/backend';
import { expect, test } from 'vitest';
import { encodeStages } from './encode-stages.ts';
import type { NativeCall, Target } from './native-call.ts';
import { collectRoutines, formOf } from './routines.ts';
import type { Stage } from './schedule.ts';

const module = { importName: 'some', parameters: () => ['i32', 'i32', 'i32', 'f32', 'f64'] } as unknown as WasmModule;
const scale: Target = { kind: 'entry', module, entry: 'scale' };
const call = (target: Target, tasks: number, args: NativeCall['args']): NativeCall => ({
  target,
  tasks,
  args,
  reads: [],
  writes: [],
  aligned: [],
});

const scaled = (buffer: number, offset: number, factor = 0.5): NativeCall => call(scale, 3, [{ buffer, offset }, factor, 2]);
const copied = call({ kind: 'copy', bytes: 80 }, 1, [
  { buffer: 4, offset: 0 },
  { buffer: 5, offset: 8 },
]);
const stages: Stage[] = [
  { units: [{ calls: [scaled(1, 0)], parts: 3 }] },
  {
    units: [
      { calls: [scaled(2, 16)], parts: 3 },
      { calls: [copied, copied], parts: 1 },
    ],
  },
];

test('calls of one target are one routine', () => {
  const { all, numberOf } = collectRoutines([scaled(1, 0), copied, scaled(2, 16), copied]);
  expect(all.map(({ operands }) => operands.join(' '))).toEqual(['i32 i32 f32 f64', 'i32 i32 i32']);
  expect([scaled(3, 0), copied].map(numberOf)).toEqual([0, 1]);
});

test('the form of a call is all but its addresses', () => {
  const routines = collectRoutines([scaled(1, 0), copied]);
  expect(formOf(scaled(1, 0), routines)).toBe(formOf(scaled(2, 16), routines));
  expect(formOf(scaled(1, 0, 0.25), routines)).not.toBe(formOf(scaled(1, 0), routines));
});

test('stages, then units, then calls', () => {
  const routines = collectRoutines([scaled(1, 0), copied]);
  const { words, addresses } = encodeStages(stages, routines);
  const half = new Int32Array(Float32Array.of(0.5).buffer)[0];
  const two = new Int32Array(Float64Array.of(2).buffer);
  const scaling = [0, 3, 0, half, ...two];
  // Two stages of 2 words and three units of 4: the first unit starts at byte 16, the first call at byte 64 and takes 24.
  expect([...words]).toEqual([
    ...[3, 16, 4, 32],
    ...[0, 3, 64, 88],
    ...[0, 3, 88, 112],
    ...[3, 4, 112, 144],
    ...scaling,
    ...scaling,
    ...[1, 0, 0, 80],
    ...[1, 0, 0, 80],
  ]);
  expect(addresses).toEqual([
    { buffer: 1, offset: 0, word: 18 },
    { buffer: 2, offset: 16, word: 24 },
    { buffer: 4, offset: 0, word: 29 },
    { buffer: 5, offset: 8, word: 30 },
    { buffer: 4, offset: 0, word: 33 },
    { buffer: 5, offset: 8, word: 34 },
  ]);
});
