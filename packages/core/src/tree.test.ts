import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkShapes,
  disposeTree,
  flatten,
  isTreeNode,
  keepTree,
  leaves,
  mapTree,
  mapTreeWithNames,
  reduceTree,
  sameStructure,
  unflatten,
  type TreeOf,
} from './tree.ts';

/** Names as they come from files and from people: also those that JavaScript treats specially. */
const name = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '0', '10', '2', 'kernel'),
  fc.string({ minLength: 1, maxLength: 5 }).filter((text) => !text.includes('/')),
);

const tree: fc.Arbitrary<TreeOf<number>> = fc.letrec<{ tree: TreeOf<number> }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.integer(),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie('tree')), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
  ),
})).tree;

/** The same tree with every record's names in the opposite order. */
function reversed(node: TreeOf<number>): TreeOf<number> {
  if (!isTreeNode(node)) return node;
  if (Array.isArray(node)) return node.map(reversed);
  return Object.fromEntries(
    Object.entries(node)
      .reverse()
      .map(([key, value]) => [key, reversed(value)]),
  );
}

function nested(depth: number): TreeOf<number> {
  let node: TreeOf<number> = 7;
  for (let i = 0; i < depth; i++) node = i % 2 === 0 ? [node] : { a: node };
  return node;
}

describe('properties', () => {
  test('flatten then unflatten is the identity', () => {
    fc.assert(
      fc.property(tree, (t) => {
        const flat = flatten(t);
        expect(
          unflatten(
            t,
            flat.map(({ leaf }) => leaf),
          ),
        ).toEqual(t);
      }),
    );
  });

  test('flatten gives each leaf a name of its own, that leads to it', () => {
    fc.assert(
      fc.property(tree, (t) => {
        const flat = flatten(t);
        expect(new Set(flat.map((leaf) => leaf.name)).size).toBe(flat.length);
        for (const { name: path, leaf } of flat) {
          const found =
            path === '' ? t : path.split('/').reduce<unknown>((node, key) => Object.getOwnPropertyDescriptor(node, key)?.value, t);
          expect(found).toBe(leaf);
        }
      }),
    );
  });

  test('mapTree keeps the structure and the order, and maps every leaf', () => {
    fc.assert(
      fc.property(tree, (t) => {
        const doubled = mapTree((x: number) => 2 * x, t);
        expect(sameStructure(doubled, t)).toBe(true);
        expect(flatten(doubled)).toEqual(flatten(t).map(({ name: path, leaf }) => ({ name: path, leaf: 2 * leaf })));
      }),
    );
  });

  test('mapTree of two matches records by name and takes the order of the first', () => {
    fc.assert(
      fc.property(tree, (t) => {
        const pairs = mapTree((a: number, b: number) => `${a},${b}`, t, reversed(t));
        expect(flatten(pairs)).toEqual(flatten(t).map(({ name: path, leaf }) => ({ name: path, leaf: `${leaf},${leaf}` })));
      }),
    );
  });

  test('leaves and reduceTree agree with flatten', () => {
    fc.assert(
      fc.property(tree, (t) => {
        const flat = flatten(t);
        expect(leaves(t)).toEqual(flat.map(({ leaf }) => leaf));
        expect(reduceTree((seen: string[], leaf: number, path) => [...seen, `${path}=${leaf}`], t, [])).toEqual(
          flat.map(({ name: path, leaf }) => `${path}=${leaf}`),
        );
      }),
    );
  });

  test('sameStructure is an equivalence that ignores leaves and the order of names', () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        expect(sameStructure(a, reversed(a))).toBe(true);
        expect(sameStructure(a, b)).toBe(sameStructure(b, a));
        const sameNames =
          JSON.stringify(
            flatten(a)
              .map((l) => l.name)
              .sort(),
          ) ===
          JSON.stringify(
            flatten(b)
              .map((l) => l.name)
              .sort(),
          );
        if (sameStructure(a, b)) expect(sameNames).toBe(true);
        if (!sameNames) expect(sameStructure(a, b)).toBe(false);
      }),
    );
  });
});

describe('names that JavaScript treats specially', () => {
  test('__proto__ is a name: it stays, and no prototype changes', () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": 1}, "b": 2}') as TreeOf<number>;
    const mapped = mapTree((x: number) => x + 1, hostile);
    expect(Object.keys(mapped)).toEqual(['__proto__', 'b']);
    expect(Object.getPrototypeOf(mapped)).toBe(Object.prototype);
    expect((mapped as { polluted?: number }).polluted).toBeUndefined();
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(flatten(mapped)).toEqual([
      { name: '__proto__/polluted', leaf: 2 },
      { name: 'b', leaf: 3 },
    ]);
    expect(unflatten(hostile, ['x', 'y'])).toEqual(JSON.parse('{"__proto__": {"polluted": "x"}, "b": "y"}'));
  });

  test('inherited names do not count as names', () => {
    expect(sameStructure({ toString: 1 }, { valueOf: 1 })).toBe(false);
    expect(sameStructure(JSON.parse('{"__proto__": 1}') as TreeOf<number>, { a: 1 })).toBe(false);
    expect(() => mapTree((a: number, b: number) => a + b, JSON.parse('{"__proto__": 1}') as TreeOf<number>, { a: 1 })).toThrow('mapTree');
  });

  test('records without a prototype are records', () => {
    const bare = Object.assign(Object.create(null) as Record<string, number>, { a: 1 });
    expect(flatten<number>(bare)).toEqual([{ name: 'a', leaf: 1 }]);
  });
});

describe('edges', () => {
  test('a leaf alone is a tree', () => {
    expect(flatten(5)).toEqual([{ name: '', leaf: 5 }]);
    expect(mapTree((x: number) => x + 1, 5)).toBe(6);
    expect(unflatten(0, [9])).toBe(9);
    expect(leaves(5)).toEqual([5]);
  });

  test('empty arrays and records have no leaves and stay', () => {
    expect(leaves({ a: [], b: {} })).toEqual([]);
    expect(mapTree((x: number) => x, { a: [], b: {} })).toEqual({ a: [], b: {} });
    expect(sameStructure([], {})).toBe(false);
  });

  test('only arrays and plain records are nodes', () => {
    for (const leaf of [1, 'a', null, undefined, new Float32Array(2), new Map(), new Date(0)])
      expect(isTreeNode<unknown>(leaf)).toBe(false);
    for (const node of [[], {}, Object.create(null) as object]) expect(isTreeNode<unknown>(node)).toBe(true);
  });

  test('a wide tree is no problem', () => {
    const wide = Array.from({ length: 200_000 }, (_, i) => i);
    expect(leaves({ wide })).toHaveLength(200_000);
    expect(flatten({ wide }).at(-1)).toEqual({ name: 'wide/199999', leaf: 199_999 });
  });

  test('a thousand levels are a tree, more are an error and no overflow', () => {
    const deep = nested(1000);
    expect(leaves(deep)).toEqual([7]);
    expect(flatten(deep)[0]?.leaf).toBe(7);
    expect(leaves(mapTree((x: number) => x + 1, deep))).toEqual([8]);
    expect(sameStructure(deep, nested(1000))).toBe(true);

    const message = 'expected a tree at most 1000 levels deep, got a deeper one. Make sure that no array or record contains itself.';
    const tooDeep = nested(50_000);
    expect(() => leaves(tooDeep)).toThrow(`leaves: ${message}`);
    expect(() => flatten(tooDeep)).toThrow(`flatten: ${message}`);
    expect(() => mapTree((x: number) => x, tooDeep)).toThrow(
      /^mapTree: expected trees of one structure, got .* at '(a\/0|0\/a)(\/.*)'\. Pass equal names and shapes, at most 1000 deep\.$/,
    );
    expect(() => sameStructure(tooDeep, nested(50_000))).toThrow(`sameStructure: ${message}`);

    const cycle: { self?: TreeOf<number> } = {};
    cycle.self = cycle as TreeOf<number>;
    expect(() => leaves(cycle as TreeOf<number>)).toThrow(`leaves: ${message}`);
  });
});

describe('mapTree', () => {
  test('maps up to four trees, by name', () => {
    const sum = mapTree(
      (a: number, b: number, c: number, d: number) => a + b + c + d,
      { x: 1, y: [2] },
      { y: [20], x: 10 },
      { x: 100, y: [200] },
      { x: 1000, y: [2000] },
    );
    expect(sum).toEqual({ x: 1111, y: [2222] });
  });

  test('names the place where structures differ', () => {
    const add = (a: number, b: number): number => a + b;
    expect(() => mapTree(add, { a: [1, 2] }, { a: [1] })).toThrow(
      "mapTree: expected trees of one structure, got one of 2 and one of 1 at 'a'. Pass equal names and shapes, at most 1000 deep.",
    );
    expect(() => mapTree(add, { a: 1 }, { b: 1 })).toThrow('got one of ["a"] and one of ["b"] at \'\'.');
    expect(() => mapTree(add, { a: { b: 1 } }, { a: 1 })).toThrow('got one of ["b"] and a leaf at \'a\'.');
    expect(() => mapTree(add, [1], { 0: 1 })).toThrow('got one of 1 and one of ["0"] at \'\'.');
    const tensor = tf.zeros([2, 3]);
    expect(() => mapTree((a: unknown, b: unknown) => [a, b], { a: [] as unknown[] }, { a: tensor as unknown })).toThrow(
      "got one of 0 and a leaf at 'a'.",
    );
    tensor.dispose();
  });

  test('mapTreeWithNames gives each leaf its path', () => {
    expect(mapTreeWithNames((path: string, x: number) => `${path}=${x}`, { a: 1, b: [2, { c: 3 }] })).toEqual({
      a: 'a=1',
      b: ['b/0=2', { c: 'b/1/c=3' }],
    });
  });
});

describe('checkShapes', () => {
  const tensors = (...shapes: number[][]): { w: tf.Tensor; v: tf.Tensor[] } => {
    const [w, ...v] = shapes.map((shape) => tf.zeros(shape)) as [tf.Tensor];
    return { w, v };
  };

  test('passes trees of one structure and equal shapes, whatever the order of the names', () => {
    const { w, v } = tensors([2, 3], [], [0]);
    checkShapes('adamw', { w, v }, { v, w });
    checkShapes('adamw', w, w);
    checkShapes('adamw', {}, {});
    disposeTree({ w, v });
  });

  test('names the path, what is expected and what came', () => {
    const a = tensors([2, 3], []);
    const b = tensors([3], [1]);
    const fix = 'Pass equal names and shapes, at most 1000 deep.';
    expect(() => checkShapes('adamw', a, { w: b.w, v: a.v })).toThrow(
      `adamw: expected trees of one structure, got [2,3] and [3] at 'w'. ${fix}`,
    );
    expect(() => checkShapes('adamw', a, { w: a.w, v: b.v })).toThrow(
      `adamw: expected trees of one structure, got [] and [1] at 'v/0'. ${fix}`,
    );
    expect(() => checkShapes('adamw', { w: a.w }, a)).toThrow('got one of ["w"] and one of ["v","w"] at \'\'.');
    expect(() => checkShapes('adamw', { w: tf.scalar(1) }, { w: {} })).toThrow("got [] and one of [] at 'w'.");
    expect(() => checkShapes('adamw', a, { ...a, w: undefined as unknown as tf.Tensor })).toThrow("got [2,3] and [undefined] at 'w'.");
    disposeTree([a, b]);
  });
});

describe('flatten and unflatten', () => {
  test.each(['', 'a/b'])('flatten refuses the name %j', (bad) => {
    expect(() => flatten({ dense: { [bad]: 1 } })).toThrow(
      `flatten: expected names that are not empty and have no '/', got '${bad}' at 'dense'. Rename that entry of the record.`,
    );
  });

  test('unflatten refuses more or fewer leaves', () => {
    expect(() => unflatten({ a: 0, b: 0 }, [1])).toThrow(
      'unflatten: expected 2 leaves, got 1. Pass one leaf for each leaf of the structure.',
    );
    expect(() => unflatten({ a: 0, b: 0 }, [1, 2, 3])).toThrow('unflatten: expected 2 leaves, got 3.');
  });
});

describe('tensors', () => {
  test('disposeTree disposes each tensor once, and not those of except', () => {
    const before = tf.memory().numTensors;
    const kept = tf.zeros([2]);
    const twice = tf.ones([2]);
    disposeTree({ a: kept, b: [twice, twice] }, { c: kept });
    expect(kept.isDisposed).toBe(false);
    expect(twice.isDisposed).toBe(true);
    disposeTree({ a: kept, b: twice });
    expect(tf.memory().numTensors).toBe(before);
  });

  test('keepTree lets tensors outlive a tidy', () => {
    const before = tf.memory().numTensors;
    let kept: { a: tf.Tensor } | undefined;
    tf.tidy(() => {
      kept = keepTree({ a: tf.zeros([2]) });
      tf.zeros([3]);
    });
    expect(tf.memory().numTensors).toBe(before + 1);
    disposeTree(kept as { a: tf.Tensor });
    expect(tf.memory().numTensors).toBe(before);
  });
});
