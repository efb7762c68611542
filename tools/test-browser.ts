/**
 * Runs Kumiko where apps run it, in Debian's Chromium:
 *
 * - a page bundled by esbuild without any configuration, under a content security policy that allows no eval, isolated and not, and under one
 *   that allows no workers either;
 * - the packages' own tests (all but `*.node.test.ts`), isolated and not.
 *
 *   node tools/test-browser.ts
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { browserArguments, browserPath, isolationHeaders } from './chromium.ts';
import type { PageReport } from '../packages/testing/src/internal/browser-page.ts';
import { root } from './packages.ts';
import { servePage } from './serve-page.ts';

const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'";

/** A kind of page. */
interface Place {
  readonly isolated: boolean;
  readonly workers: boolean;
}

const places: readonly Place[] = [
  { isolated: true, workers: true },
  { isolated: true, workers: false },
  { isolated: false, workers: true },
];
let passed = 0;
let failed = 0;

function expectThat(name: string, holds: boolean, got: unknown): void {
  if (holds) passed += 1;
  else failed += 1;
  console.log(`${holds ? 'ok    ' : 'FAILED'} ${name}${holds ? '' : `: got ${JSON.stringify(got)}`}`);
}

async function bundle(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'packages/testing/src/internal/browser-page.ts')],
    bundle: true,
    splitting: true,
    format: 'esm',
    outdir: '/',
    write: false,
    minify: true,
    conditions: ['@kumiko/source'],
    logLevel: 'error',
  });
  return new Map(outputFiles.map(({ path, text }) => [path, text]));
}

async function testPage(browser: Browser, files: Map<string, string>, { isolated, workers }: Place): Promise<void> {
  const headers = { 'Content-Security-Policy': workers ? `${POLICY}; worker-src blob:` : POLICY, ...(isolated ? isolationHeaders : {}) };
  const served = await servePage(files, { path: '/browser-page.js', module: true }, headers);
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  const label = `${isolated ? 'isolated' : 'plain'} page${workers ? '' : ' without workers'}`;
  const threaded = isolated && workers;
  try {
    await page.goto(served.address);
    await page.waitForFunction(() => 'report' in globalThis, undefined, { timeout: 30_000 });
    const got = await page.evaluate(() => (globalThis as unknown as { report: Promise<PageReport> }).report);
    expectThat(`${label}: runs on wasm`, got.backend === 'wasm' && got.isolated === isolated, got);
    expectThat(
      `${label}: ${threaded ? 'threads' : 'one thread'}, ${isolated ? 'a shared heap' : 'nothing shared'}`,
      got.threads > 1 === threaded && got.shared === isolated,
      got,
    );
    expectThat(`${label}: the loss falls`, (got.losses.at(-1) as number) < 0.5 * (got.losses[0] as number), got.losses);
    expectThat(`${label}: no tensors are left`, got.leaked === 0, got.leaked);
    expectThat(`${label}: gradients agree with cpu`, got.gradientError < 1e-5, got.gradientError);
  } catch (error) {
    expectThat(`${label}: answers`, false, String(error));
  }
  const serious = complaints.filter((text) => !text.includes('favicon') && (workers || !text.startsWith("Creating a worker from 'blob:")));
  expectThat(`${label}: nothing${workers ? '' : ' else'} is refused by the content security policy`, serious.length === 0, serious);
  await context.close();
  served.stop();
}

/** The packages' tests under vitest in the browser. A page that hangs is killed. */
async function testPackages(isolated: boolean): Promise<void> {
  const environment = {
    ...process.env,
    PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
    NO_COLOR: '1',
    KUMIKO_ISOLATED: isolated ? '1' : '',
  };
  const child = spawn('timeout', ['-k', '5', '600', 'vitest', 'run', '--config', 'vitest.browser.config.ts'], {
    cwd: root,
    env: environment,
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const line = /^(\d+) passed, (\d+) failed/m.exec(said);
  passed += Number(line?.[1] ?? 0);
  failed += Number(line?.[2] ?? 1);
  const label = `packages, ${isolated ? 'isolated' : 'plain'} page`;
  console.log(code === 0 ? `ok     ${label}: ${line?.[0]}` : `FAILED ${label}\n${said}`);
  if (code !== 0 && line?.[2] === '0') failed += 1;
}

if (existsSync(browserPath)) {
  const files = await bundle();
  const browser = await chromium.launch({ executablePath: browserPath, args: browserArguments });
  for (const place of places) await testPage(browser, files, place);
  await browser.close();
  for (const isolated of [true, false]) await testPackages(isolated);
} else {
  console.error(
    `test-browser: expected Chromium at ${browserPath}, got nothing. Run \`apt-get install chromium\`, or set KUMIKO_CHROMIUM to its path.`,
  );
  failed += 1;
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
