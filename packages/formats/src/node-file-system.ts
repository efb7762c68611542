/** @internal */
import type * as FileSystem from 'node:fs/promises';
import { KumikoError } from '@kumiko/core';

/** Kept out of the sight of bundlers: a page that imports this package for its bytes needs no file system. */
const SPECIFIER: string = 'node:fs/promises';

/** Node's file system. */
export async function nodeFileSystem(symbol: string): Promise<typeof FileSystem> {
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ SPECIFIER)) as typeof FileSystem;
  } catch (cause) {
    throw new KumikoError(
      symbol,
      'expected a file system, got none. In a page use fromSafetensors and toSafetensors with bytes of your own.',
      { cause },
    );
  }
}

/** The folder that a path lies in, with its last separator; empty for a bare name. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
