/** What sizes and options say of a plan, in numbers and words. */
type Key = readonly (number | string | undefined)[];

/** Plans that are remembered at most. */
const SLOTS = 64;

/** Parts of a key, its first ones, that choose its slot. */
const CHOOSING = 8;

function areEqual(a: Key, b: Key): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * Plans that are worked out once for each key: for small tensors that costs more than the arithmetic. The latest ones are remembered, each in
 * the slot that the numbers at the start of its key choose.
 *
 * @returns the plan of a key; `make` works it out, of nothing but what the key says
 * @example
 * const planOf = rememberedPlans<number>();
 * planOf([2, 3, 'same'], () => 6); // 6
 */
export function rememberedPlans<Plan>(): (key: Key, make: () => Plan) => Plan {
  const slots: ({ readonly key: Key; readonly plan: Plan } | undefined)[] = [];
  return (key, make) => {
    let hash = 0;
    const choosing = Math.min(CHOOSING, key.length);
    for (let i = 0; i < choosing; i++) hash = Math.imul(hash, 31) + (key[i] as number);
    const index = (hash ^ (hash >>> 6)) & (SLOTS - 1);
    const slot = slots[index];
    if (slot !== undefined && areEqual(slot.key, key)) return slot.plan;
    const plan = make();
    slots[index] = { key, plan };
    return plan;
  };
}
