import { existsSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { browserArguments, browserPath, isolationHeaders } from '../chromium.ts';
import { servePage } from '../serve-page.ts';
import { bundleSpecs } from './bundle-specs.ts';
import type { Configuration, Outcome } from './configuration.ts';
import type { ConformancePage } from './run-in-page.ts';

/**
 * Runs each configuration in a page of Debian's Chromium, one after the other: isolated, with threads on a shared heap, or plain.
 *
 * @throws Error when there is no Chromium
 */
export async function runPages(configurations: readonly Configuration[]): Promise<Outcome[]> {
  if (!existsSync(browserPath)) {
    throw new Error(
      `conformance: expected Chromium at ${browserPath}, got nothing. Run \`apt-get install chromium\`, or set KUMIKO_CHROMIUM to its path.`,
    );
  }
  const script = readFileSync(await bundleSpecs(configurations[0]!.backend, 'page'), 'utf8');
  const browser = await chromium.launch({ executablePath: browserPath, args: browserArguments });
  const outcomes: Outcome[] = [];
  for (const configuration of configurations) {
    const served = await servePage(
      new Map([['/specs.js', script]]),
      { path: '/specs.js', module: false },
      configuration.place === 'isolated page' ? isolationHeaders : {},
    );
    const page = await browser.newPage();
    try {
      await page.goto(served.address);
      await page.waitForFunction(() => 'runConformance' in globalThis, undefined, { timeout: 60_000 });
      outcomes.push(
        await page.evaluate((given) => (globalThis as unknown as ConformancePage).runConformance(given as Configuration), configuration),
      );
    } catch (error) {
      outcomes.push({ executed: 0, passed: 0, failures: [{ name: 'the page ended early', messages: [String(error)] }] });
    }
    await page.close();
    served.stop();
  }
  await browser.close();
  return outcomes;
}
