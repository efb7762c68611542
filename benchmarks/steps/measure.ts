/** Runs a step until it is warm and then for a while, and prints each one's milliseconds as JSON: what every engine's process ends with. */
export async function measure(step: () => unknown, { warmUp = 6, seconds = 2, least = 5 } = {}): Promise<void> {
  for (let i = 0; i < warmUp; i++) await step();
  const times: number[] = [];
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end || times.length < least) {
    const start = performance.now();
    await step();
    times.push(performance.now() - start);
  }
  console.log(JSON.stringify(times));
  process.exit(0);
}
