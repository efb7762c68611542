import type { Layer, Tree } from '@kumiko/core';
import type { CountedLayer } from './counted-layer.ts';

/** What {@link CachedLayer.initCache} is asked for. */
export interface CacheOptions {
  /** Sequences side by side, at least 1. */
  readonly batch: number;
  /** Positions that one sequence may have in all, at least 1: shapes never change while it grows. */
  readonly length: number;
}

/** A layer over sequences that can go on where an earlier call stopped. */
export interface CachedLayer<In extends Tree = Tree, Out extends Tree = Tree> extends Layer<In, Out> {
  /** An empty cache: pass it as `context.cache`, and what the call returns as the next one's. The caller disposes them. */
  initCache(params: Tree, options: CacheOptions): Tree;
}

/** A {@link CachedLayer} that can tell what a call without a cache costs. */
export interface CountedCachedLayer<In extends Tree = Tree, Out extends Tree = Tree> extends CachedLayer<In, Out>, CountedLayer<In, Out> {}
