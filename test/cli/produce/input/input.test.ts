import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { readAll, untilAborted } from "../../../../cli/produce/input/input.ts";
import { UsageError } from "../../../../cli/shared/usage-error.ts";

test("chunks that were read are not kept in memory", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const refs: WeakRef<Uint8Array>[] = [];
  async function* chunks() {
    for (let count = 0; count < 50; count += 1) {
      const chunk = Buffer.alloc(1_024);
      refs.push(new WeakRef(chunk));
      yield chunk;
    }
  }

  const reading = untilAborted(chunks(), new AbortController().signal);
  for (let count = 0; count < 50; count += 1) {
    await reading.next();
  }
  // A WeakRef keeps its target until the current task ends.
  await new Promise((resolve) => setTimeout(resolve, 10));
  collectGarbage();

  expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(5);
});

test("an input that gives nothing ends when the signal fires", async () => {
  const stop = new AbortController();
  const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };

  const next = untilAborted(silent, stop.signal).next();
  stop.abort();

  expect(await next).toEqual({ value: undefined, done: true });
});

test("an input that breaks off fails with its own error", async () => {
  const broken = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("EIO")) }),
  };

  const next = untilAborted(broken, new AbortController().signal).next();

  await expect(next).rejects.toThrow("EIO");
});

test.each([
  ["-", "standard input cannot be read (EIO)"],
  ["/values/one", "/values/one cannot be read (EIO)"],
])("the value of %s that breaks off is named with Node's code", async (name, message) => {
  async function* chunks() {
    yield Buffer.from("v");
    throw Object.assign(new Error("i/o error, read"), { code: "EIO" });
  }

  const reading = readAll({ name, bytes: undefined, chunks }, 10);

  await expect(reading).rejects.toEqual(new UsageError(message));
});
