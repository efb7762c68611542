/** Milliseconds for which a loop may hold the event loop. */
const LONGEST_HOLD = 50;

/** A function that lets timers, signals and the page have their turn, when the last turn is long enough ago. */
export function breather(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < LONGEST_HOLD) return;
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
    last = performance.now();
  };
}
