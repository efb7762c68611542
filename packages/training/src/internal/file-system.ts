import type * as FileSystem from 'node:fs/promises';
import { KumikoError } from '@kumiko/core';

/** Kept out of the sight of bundlers: a page that imports this package needs no file system. */
const SPECIFIER: string = 'node:fs/promises';

/** Node's file system. */
export async function fileSystem(symbol: string): Promise<typeof FileSystem> {
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ SPECIFIER)) as typeof FileSystem;
  } catch (cause) {
    throw new KumikoError(symbol, 'expected a file system, got none. Run it in Node, or write a callback that keeps the state elsewhere.', {
      cause,
    });
  }
}
