import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  acquireSlot,
  createPrioritySemaphore,
  type PrioritySemaphore,
  releaseSlot,
  yieldSlot,
} from "../../../lib/delivery/priority-semaphore.ts";

/** A task that waits for a slot and records when it gets one. */
function createQueue(slots: PrioritySemaphore) {
  const got: string[] = [];
  const enter = async (name: string, priority: number) => {
    await acquireSlot(slots, priority);
    got.push(name);
  };
  return { got, enter: (name: string, priority: number) => void enter(name, priority) };
}

/** Adds all tasks in order while the only slot is taken, then releases it one by one. */
async function orderOf(waiting: readonly (readonly [name: string, priority: number])[]) {
  const slots = createPrioritySemaphore(1);
  await acquireSlot(slots, 1);
  const { got, enter } = createQueue(slots);
  for (const [name, priority] of waiting) {
    enter(name, priority);
  }
  for (const _ of waiting) {
    releaseSlot(slots);
    await nextTurn();
  }
  return got;
}

describe("slots", () => {
  test("free slots are given at once, whatever the priority", async () => {
    const slots = createPrioritySemaphore(2);
    const { got, enter } = createQueue(slots);

    enter("a", 1);
    enter("b", 9);
    enter("c", 9);
    await nextTurn();

    expect(got).toEqual(["a", "b"]);
  });

  test("a released slot is given to exactly one waiting task", async () => {
    const slots = createPrioritySemaphore(1);
    const { got, enter } = createQueue(slots);
    enter("a", 1);
    enter("b", 1);
    enter("c", 1);

    releaseSlot(slots);
    await nextTurn();

    expect(got).toEqual(["a", "c"]);
  });

  test("slots go to the highest priority first", async () => {
    expect(
      await orderOf([
        ["a", 1],
        ["b", 40],
        ["c", 3],
        ["d", 2],
      ]),
    ).toEqual(["b", "c", "d", "a"]);
  });

  test("slots go to the newest among equals", async () => {
    expect(
      await orderOf([
        ["a", 2],
        ["b", 1],
        ["c", 2],
        ["d", 1],
        ["e", 2],
      ]),
    ).toEqual(["e", "c", "a", "d", "b"]);
  });

  test("released slots that nobody waits for are free for the next tasks", async () => {
    const slots = createPrioritySemaphore(1);
    await acquireSlot(slots, 7);
    releaseSlot(slots);
    const { got, enter } = createQueue(slots);

    enter("a", 1);
    enter("b", 1);
    await nextTurn();

    expect(got).toEqual(["a"]);
  });
});

describe("a task that yields", () => {
  /** Holds the only slot while `other` waits, yields with `own` and returns who went first. */
  async function giveWay(own: number, other: number) {
    const slots = createPrioritySemaphore(1);
    await acquireSlot(slots, own);
    const { got, enter } = createQueue(slots);
    enter("other", other);
    void (async () => {
      await yieldSlot(slots, own);
      got.push("own");
    })();
    await nextTurn();
    const first = [...got];
    releaseSlot(slots);
    await nextTurn();
    return { first, all: got };
  }

  test("a yielding task lets a strictly higher priority go first and gets the slot back after it", async () => {
    expect(await giveWay(2, 3)).toEqual({ first: ["other"], all: ["other", "own"] });
  });

  test("a yielding task goes on before an equal", async () => {
    expect(await giveWay(3, 3)).toEqual({ first: ["own"], all: ["own", "other"] });
  });

  test("a yielding task goes on before a lower priority", async () => {
    expect(await giveWay(3, 2)).toEqual({ first: ["own"], all: ["own", "other"] });
  });

  test("a yielding task goes on if nobody waits", async () => {
    const slots = createPrioritySemaphore(1);
    await acquireSlot(slots, 1);
    const { got, enter } = createQueue(slots);

    await yieldSlot(slots, 1);
    enter("late", 5);
    await nextTurn();

    expect(got).toEqual([]);
  });
});

describe("arbitrary uses of slots", () => {
  test("slots are given by priority, then newest first", async () => {
    const priorities = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 25 });

    await fc.assert(
      fc.asyncProperty(priorities, async (drawn) => {
        const waiting = drawn.map((priority, index) => [String(index), priority] as const);
        const expected = [...waiting].reverse().sort(([, a], [, b]) => b - a);

        expect(await orderOf(waiting)).toEqual(expected.map(([name]) => name));
      }),
    );
  });

  test("no more slots are out than there are, none idles while a task waits, and every task gets a turn", async () => {
    const counts = fc.integer({ min: 1, max: 5 });
    const works = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 20 });
    const draws = fc.infiniteStream(fc.nat(1_000));

    await fc.assert(
      fc.asyncProperty(counts, fc.tuple(works, draws), async (count, [steps, picks]) => {
        const crowd = createCrowd(createPrioritySemaphore(count), steps);
        for (let turns = 0; crowd.ended() < steps.length; turns += 1) {
          await nextTurn();
          const inside = crowd.inside();
          expect(inside.length).toBe(Math.min(count, steps.length - crowd.ended()));
          expect(turns).toBeLessThan(200);
          inside.splice(Number(picks.next().value) % inside.length, 1)[0]?.();
          await nextTurn();
        }
      }),
    );
  });
});

/** Every task makes its steps and yields before each to tasks with more steps left. */
function createCrowd(slots: PrioritySemaphore, works: readonly number[]) {
  const inside: (() => void)[] = [];
  let ended = 0;
  const work = async (steps: number) => {
    await acquireSlot(slots, steps);
    for (let left = steps; left > 0; left -= 1) {
      await yieldSlot(slots, left);
      await new Promise<void>((resolve) => inside.push(resolve));
    }
    releaseSlot(slots);
    ended += 1;
  };
  void Promise.all(works.map(work));
  return { inside: () => inside, ended: () => ended };
}
