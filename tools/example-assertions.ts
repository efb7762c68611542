import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

/** What an example waits for before it counts as hung, in milliseconds. */
const patience = 20_000;

/** The decimals that are written of every number in a text, by the order of their appearance, are worth half a unit in the last place. */
function halfUnit(text: string): number {
  const decimals = [...text.matchAll(/\d\.(\d+)(?![\de])/g)].map((match) => match[1]?.length ?? 0);
  return decimals.length > 0 ? 0.5 * 10 ** -Math.max(...decimals) : 0;
}

/** A value with its tensors and typed arrays as arrays, class instances as records. */
function plain(value: unknown): unknown {
  if (value instanceof tf.Tensor) return value.arraySync();
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  return value;
}

function near(actual: unknown, expected: unknown, tolerance: number): boolean {
  if (typeof actual === 'number' && typeof expected === 'number') {
    if (Object.is(actual, expected) || actual === expected) return true;
    if (Number.isInteger(actual) && Number.isInteger(expected)) return false;
    return Math.abs(actual - expected) <= Math.max(tolerance, 1e-5 * Math.abs(expected), 1e-6);
  }
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) return actual === expected;
  const names = Object.keys(expected);
  return (
    Array.isArray(actual) === Array.isArray(expected) &&
    Object.keys(actual).length === names.length &&
    names.every((name) => Object.hasOwn(actual, name) && near((actual as never)[name], (expected as never)[name], tolerance))
  );
}

/** Throws unless the value of an example is what its comment says. */
export async function equals(line: number, actual: unknown, expected: unknown, text: string): Promise<void> {
  const value = plain(await actual);
  if (!near(value, expected, halfUnit(text))) throw new Error(`line ${line}: expected ${text}, got ${JSON.stringify(value)}`);
}

/** Throws unless the function of an example refuses with a `KumikoError` whose message has the text. */
export async function throws(line: number, run: () => Promise<unknown>, text: string): Promise<void> {
  let value: unknown;
  try {
    value = await run();
  } catch (error) {
    if (error instanceof Error && error.name === 'KumikoError' && error.message.includes(text)) return;
    throw new Error(`line ${line}: expected a KumikoError${text && ` with '${text}'`}, got ${String(error)}`, { cause: error });
  }
  throw new Error(`line ${line}: expected a KumikoError, got ${JSON.stringify(plain(value))}`);
}

async function runExample(module: string): Promise<void> {
  await tf.setBackend('cpu');
  tf.engine().startScope();
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no end after ${patience / 1000} s`)), patience);
    });
    await Promise.race([import(module), late]);
  } finally {
    clearTimeout(timer);
    tf.engine().endScope();
  }
}

/** Runs examples one after another, each on the cpu backend, says what failed, and returns the process's exit code. */
export async function runExamples(examples: readonly { module: string; at: string }[]): Promise<number> {
  const { log } = console;
  tf.env().set('IS_TEST', true); // no advertisement on the first use of the cpu backend
  let failed = 0;
  for (const { module, at } of examples) {
    console.log = () => {};
    try {
      await runExample(module);
    } catch (error) {
      failed += 1;
      process.stderr.write(`${at}: ${error instanceof Error ? error.message : String(error)}\n`);
    } finally {
      console.log = log;
    }
  }
  console.log(`${examples.length - failed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}
