/** @internal */
import { STAGE_WORDS, UNIT_WORDS } from './encode-stages.ts';
import { type DefinedFunction, type FunctionType, code } from './wasm-code.ts';

/** Bytes of a stage's counters: a line of the cache. */
export const COUNTER_BYTES = 64;

/** Words of a stage's counters: parts that were claimed, parts that are done, threads that sleep until all are. */
const [CLAIMED, DONE, SLEEPERS] = [0, 4, 8];

/** Looks at a counter this often before a thread sleeps: some 20 microseconds. */
const SPINS = 3000;

/** Where sleeping is not allowed, looks that take about a millisecond. */
const SPINS_PER_MILLISECOND = 100_000;

/** A sleeping thread looks again after a millisecond, in nanoseconds. */
const NAP = 1_000_000;

/** The result of a wait that ended by its timeout. */
const TIMED_OUT = 2;

/** A routine's function makes a call for one part, with the operands that lie at a place, and returns where they end. */
export const ROUTINE: FunctionType = { parameters: ['i32', 'i32'], results: ['i32'] };

/** Where the words lie that all threads share. */
export interface WalkLayout {
  /** A line of {@link COUNTER_BYTES} for each stage, all zeros when a walk starts. */
  readonly counters: number;
  /** The schedule, as `encodeStages` writes it. */
  readonly schedule: number;
  /** Set to 1 by a thread that gave up. */
  readonly aborted: number;
  /** Not 0 once a kernel found an index out of bounds. */
  readonly faults: number;
}

const [, , MAY_SLEEP, STALL_TIMEOUT, FIRST, LAST] = [0, 1, 2, 3, 4, 5];
const [STAGE_NUMBER, TOTAL, LINE, PART, SPUN, SEEN, NAPS, UNITS, UNIT, CALL] = [6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/** Bytes of a word, and where the words of a stage and of a unit stand in it. */
const WORD = 4;
const [PARTS, FIRST_UNIT] = [0, WORD];
const [UNIT_START, UNIT_END, CALLS, CALLS_END] = [0, WORD, 2 * WORD, 3 * WORD];

/**
 * The function through which a thread goes: stage after stage it claims parts until none is left, and waits until all are done.
 * A thread that comes late finds nothing to claim and nothing to wait for. One that sees no progress for the stall timeout leaves and makes
 * the others leave. Behind a call that found an index out of bounds nothing is done any more.
 */
export function emitWalk(layout: WalkLayout, shared: boolean): DefinedFunction {
  return {
    name: 'walk',
    parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    locals: [[10, 'i32']],
    body: [
      ...code.get(FIRST),
      ...code.set(STAGE_NUMBER),
      ...code.block,
      ...code.loop,
      ...[...code.get(STAGE_NUMBER), ...code.get(LAST), ...code.greaterOrEqualUnsigned, ...code.branchIf(1)],
      ...[...code.get(STAGE_NUMBER), ...code.constant(WORD * STAGE_WORDS), ...code.multiply, ...code.tee(UNITS)],
      ...[...code.load(layout.schedule + PARTS), ...code.set(TOTAL)],
      ...[...code.get(UNITS), ...code.load(layout.schedule + FIRST_UNIT), ...code.set(UNITS)],
      ...(shared ? sharedStage(layout) : lonelyStage(layout)),
      ...[...isFaulty(layout), ...code.branchIf(1)],
      ...increment(STAGE_NUMBER),
      ...code.branch(0),
      ...code.end,
      ...code.end,
    ],
  };
}

function increment(local: number): number[] {
  return [...code.get(local), ...code.constant(1), ...code.add, ...code.set(local)];
}

function isFaulty({ faults }: WalkLayout): number[] {
  return [...code.constant(0), ...code.load(faults)];
}

/** Finds the unit of the part and makes its calls, one after the other. */
function runPart(layout: WalkLayout): number[] {
  const { schedule } = layout;
  const word = (local: number, offset: number): number[] => [...code.get(local), ...code.load(schedule + offset)];
  return [
    ...[...code.get(UNITS), ...code.set(UNIT)],
    ...code.block,
    ...code.loop,
    ...[...code.get(PART), ...word(UNIT, UNIT_END), ...code.lessUnsigned, ...code.branchIf(1)],
    ...[...code.get(UNIT), ...code.constant(WORD * UNIT_WORDS), ...code.add, ...code.set(UNIT)],
    ...code.branch(0),
    ...code.end,
    ...code.end,
    ...[...code.constant(schedule), ...word(UNIT, CALLS), ...code.add, ...code.set(CALL)],
    ...code.loop,
    ...[...code.get(PART), ...word(UNIT, UNIT_START), ...code.sub],
    ...[...code.get(CALL), ...code.constant(WORD), ...code.add, ...code.get(CALL), ...code.load(0), ...code.callIndirect(0)],
    ...[...code.tee(CALL), ...code.constant(schedule), ...word(UNIT, CALLS_END), ...code.add, ...code.lessUnsigned],
    ...[...isFaulty(layout), ...code.isZero, ...code.multiply, ...code.branchIf(0)],
    ...code.end,
  ];
}

function lonelyStage(layout: WalkLayout): number[] {
  return [
    ...[...code.constant(0), ...code.set(PART)],
    ...code.block,
    ...code.loop,
    ...[...code.get(PART), ...code.get(TOTAL), ...code.greaterOrEqualUnsigned, ...code.branchIf(1)],
    ...runPart(layout),
    ...increment(PART),
    ...code.branch(0),
    ...code.end,
    ...code.end,
  ];
}

function sharedStage(layout: WalkLayout): number[] {
  const { counters, aborted } = layout;
  const counter = (offset: number): number[] => [...code.get(LINE), ...code.constant(offset), ...code.add];
  const addTo = (offset: number, value: number): number[] => [...counter(offset), ...code.constant(value), ...code.atomicAdd];
  const claim = [
    ...code.block,
    ...code.loop,
    ...[...addTo(CLAIMED, 1), ...code.tee(PART), ...code.get(TOTAL), ...code.greaterOrEqualUnsigned, ...code.branchIf(1)],
    ...runPart(layout),
    // Whoever does the last part wakes those that sleep.
    ...[...addTo(DONE, 1), ...code.constant(1), ...code.add, ...code.get(TOTAL), ...code.equal],
    ...code.when,
    ...[...counter(SLEEPERS), ...code.atomicLoad],
    ...code.when,
    ...[...counter(DONE), ...code.constant(-1), ...code.notify, ...code.drop],
    ...code.end,
    ...code.end,
    ...code.branch(0),
    ...code.end,
    ...code.end,
  ];
  const nap = [
    ...[...addTo(SLEEPERS, 1), ...code.drop],
    ...[...counter(DONE), ...code.get(SEEN), ...code.longConstant(NAP), ...code.wait],
    ...[...code.constant(TIMED_OUT), ...code.equal, ...code.get(NAPS), ...code.add, ...code.set(NAPS)],
    ...[...addTo(SLEEPERS, -1), ...code.drop],
  ];
  const wait = [
    ...[...code.constant(0), ...code.tee(SPUN), ...code.set(NAPS)],
    ...code.block,
    ...code.loop,
    ...[...counter(DONE), ...code.atomicLoad, ...code.tee(SEEN), ...code.get(TOTAL), ...code.equal, ...code.branchIf(1)],
    ...[...increment(SPUN), ...code.get(SPUN)],
    ...[...code.constant(SPINS), ...code.constant(SPINS_PER_MILLISECOND), ...code.get(MAY_SLEEP), ...code.choose],
    ...[...code.lessUnsigned, ...code.branchIf(0)],
    ...code.get(MAY_SLEEP),
    ...code.when,
    ...nap,
    ...code.otherwise,
    ...[...code.constant(0), ...code.set(SPUN)],
    ...increment(NAPS),
    ...code.end,
    ...[...code.get(NAPS), ...code.get(STALL_TIMEOUT), ...code.greaterUnsigned],
    ...code.when,
    ...[...code.constant(aborted), ...code.constant(1), ...code.atomicStore],
    ...code.end,
    ...[...code.constant(aborted), ...code.atomicLoad, ...code.isZero, ...code.branchIf(0)],
    ...code.leave,
    ...code.end,
    ...code.end,
  ];
  return [
    ...[...code.get(STAGE_NUMBER), ...code.constant(COUNTER_BYTES), ...code.multiply],
    ...[...code.constant(counters), ...code.add, ...code.set(LINE)],
    ...claim,
    ...wait,
  ];
}
