import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Libsql from "libsql";
import { describe, expect, it, onTestFinished } from "vitest";
import { openRecordStore } from "../../local/data-stream/record-store.ts";
import { startStandIn } from "../../local/data-stream/server.ts";
import { startStandInProcess, temporaryDirectory } from "./stand-in-process.ts";
import type { World } from "./world.ts";
import { clockMs, startWorld } from "./world.ts";

type Kept = { readonly key: string; readonly value: string; readonly offset: number };

const mebibyte = 1024 * 1024;

async function keysOf(world: World, topic: string): Promise<readonly string[]> {
  const { records } = (await world.get(`/_/topics/${topic}/records?limit=1000`)) as {
    records: Kept[];
  };
  return records.map(({ key }) => key);
}

async function produceKeys(world: World, keys: readonly string[], topic = "alerts") {
  const statuses: number[] = [];
  for (const key of keys) {
    statuses.push((await world.produce({ topic, key, value: "v", partition: 0 })).status);
  }
  return statuses;
}

function counts(world: World) {
  return world.get("/_/topics") as Promise<{ topics: { name: string; partitions: unknown[] }[] }>;
}

/** The event stream from after a cursor, until so many records came. */
async function resume({ origin }: World, lastEventId: number, count: number) {
  const aborter = new AbortController();
  const headers = { "last-event-id": String(lastEventId) };
  const response = await fetch(`${origin}/_/events`, { headers, signal: aborter.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const keys: string[] = [];
  let text = "";
  while (keys.length < count) {
    const { value = "", done } = (await reader?.read()) ?? { done: true };
    if (done) {
      break;
    }
    text += value;
    keys.splice(
      0,
      keys.length,
      ...[...text.matchAll(/"key":"([^"]*)"/g)].map((one) => one[1] ?? ""),
    );
  }
  aborter.abort();
  return keys;
}

describe("--data across a restart", () => {
  it("keeps records, offsets, counts and cursors", async () => {
    const options = { dataDirectory: temporaryDirectory(), recordsMax: 4 };
    const before = await startWorld(options);
    await produceKeys(before, ["a", "b", "c", "d", "e"]);
    await produceKeys(before, ["f"], "orders");
    const kept = await counts(before);
    const records = await before.get("/_/topics/alerts/records");
    await before.close();

    const after = await startWorld(options);

    expect(kept.topics[1]?.partitions).toEqual([{ partition: 0, first: 2, next: 5, dropped: 2 }]);
    expect(await counts(after)).toEqual(kept);
    // As a reader asks that has seen the first two: its own answer ends with the newest of all.
    expect(await after.get("/_/topics/alerts/records")).toEqual(records);
    expect(await keysOf(after, "alerts")).toEqual(["c", "d", "e"]);
    expect(await produceKeys(after, ["g"])).toEqual([200]);
    expect(await after.get("/_/records/7")).toMatchObject({ key: "g", offset: 5, cursor: 7 });
  });

  it("keeps every character of key and value", async () => {
    const options = { dataDirectory: temporaryDirectory() };
    const texts = ["", "\u0000a\u0000", "키👍\r\n", "\ud800", "a\udc00\u0000b", "\ufeffbom", "é"];
    const before = await startWorld(options);
    for (const text of texts) {
      await before.produce({ topic: "alerts", key: text, value: `${text}|${text}` });
    }
    await before.close();

    const after = await startWorld(options);

    const { records } = (await after.get("/_/topics/alerts/records")) as { records: Kept[] };
    expect(records.map(({ key }) => key)).toEqual(texts);
    expect(records.map(({ value }) => value)).toEqual(texts.map((text) => `${text}|${text}`));
  });

  it("neither misses nor repeats a record for a client that resumes", async () => {
    const options = { dataDirectory: temporaryDirectory() };
    const before = await startWorld(options);
    await produceKeys(before, ["a", "b", "c"]);
    await before.close();

    const after = await startWorld(options);
    await produceKeys(after, ["d"]);

    expect(await resume(after, 2, 2)).toEqual(["c", "d"]);
  });

  it("goes on with cursors and offsets where everything was deleted", async () => {
    const options = { dataDirectory: temporaryDirectory() };
    const before = await startWorld(options);
    await produceKeys(before, ["a", "b", "c"]);
    expect((await before.remove("/_/records")).status).toBe(204);
    await before.close();

    const after = await startWorld(options);
    expect(await keysOf(after, "alerts")).toEqual([]);
    await produceKeys(after, ["d", "e"]);

    expect(await resume(after, 3, 2)).toEqual(["d", "e"]);
    expect(await after.get("/_/records/4")).toMatchObject({ key: "d", offset: 3 });
  });

  it("leaves nothing of deleted records on the disk", async () => {
    const dataDirectory = temporaryDirectory();
    const world = await startWorld({ dataDirectory });
    await produceKeys(world, ["a", "b"]);
    await world.remove("/_/records");
    await world.close();

    const database = new Libsql(join(dataDirectory, "data-stream.db"));
    expect(database.prepare("SELECT count(*) AS n FROM records").get()).toMatchObject({ n: 0 });
    database.close();
  });

  it("holds on the disk what is in memory, whatever the bounds dropped", async () => {
    const dataDirectory = temporaryDirectory();
    const world = await startWorld({ dataDirectory, recordsMax: 3 });
    await produceKeys(world, ["a", "b", "c", "d", "e", "f"]);
    await world.close();

    const database = new Libsql(join(dataDirectory, "data-stream.db"));
    const rows = database.prepare("SELECT offset FROM records ORDER BY cursor").all();
    database.close();
    expect(rows).toMatchObject([{ offset: 3 }, { offset: 4 }, { offset: 5 }]);
  });

  it("drops and counts what is over a smaller bound of the next start", async () => {
    const dataDirectory = temporaryDirectory();
    const before = await startWorld({ dataDirectory });
    await produceKeys(before, ["a", "b", "c", "d"]);
    await before.close();

    const after = await startWorld({ dataDirectory, recordsMax: 1 });
    const dropped = await counts(after);
    await after.close();
    const again = await startWorld({ dataDirectory });

    expect(dropped.topics[1]?.partitions).toEqual([
      { partition: 0, first: 3, next: 4, dropped: 3 },
    ]);
    expect(await counts(again)).toEqual(dropped);
    expect(await keysOf(again, "alerts")).toEqual(["d"]);
  });

  it("adds partitions, and keeps a topic that is not named, saying so", async () => {
    const dataDirectory = temporaryDirectory();
    const first = await startWorld({ dataDirectory });
    await produceKeys(first, ["a"]);
    await produceKeys(first, ["o"], "orders");
    await first.close();

    const second = await startWorld({ dataDirectory, topics: { alerts: 2 } });
    expect(
      (await second.produce({ topic: "alerts", key: "b", value: "", partition: 1 })).status,
    ).toBe(200);
    // Deletes what this start can see, and nothing else.
    await second.remove("/_/records");
    await second.close();
    const third = await startWorld({ dataDirectory, topics: { alerts: 2, orders: 3 } });

    expect(second.lines).toEqual([
      "--data also holds the topic orders, which the settings do not name: it is left as it is",
    ]);
    expect(third.lines).toEqual([]);
    expect(await keysOf(third, "orders")).toEqual(["o"]);
    expect(await keysOf(third, "alerts")).toEqual([]);
  });
});

it.skipIf(process.platform === "win32")(
  "makes the directory of --data and those above it for its user alone",
  async () => {
    const above = join(temporaryDirectory(), "above");
    const dataDirectory = join(above, "made");

    await startWorld({ dataDirectory });

    const modes = [above, dataDirectory].map((path) => (statSync(path).mode & 0o777).toString(8));
    expect(modes).toEqual(["700", "700"]);
  },
);

it("gives back the room that a burst took in the write-ahead log", async () => {
  const directory = temporaryDirectory();
  const store = await openRecordStore(directory, 64 * mebibyte);
  onTestFinished(() => store.close());
  const value = "x".repeat(900_000);
  const commit = (first: number, count: number) => {
    const cursors = Array.from({ length: count }, (_, index) => first + index);
    const place = { topic: "alerts", partition: 0, timestamp: 0, key: "" };
    const records = cursors.map((cursor) => ({ ...place, cursor, offset: cursor, value }));
    store.commit({ records, dropped: [], partitions: [], nextCursor: first + count });
    return statSync(join(directory, "data-stream.db-wal")).size;
  };

  expect(commit(1, 20)).toBeGreaterThan(16 * mebibyte);
  expect(commit(21, 1)).toBeLessThanOrEqual(4 * mebibyte);
});

describe("--data that does not take a message", () => {
  it("answers 503, keeps nothing of it anywhere, and goes on once there is room", async () => {
    const dataDirectory = temporaryDirectory();
    const world = await startWorld({ dataDirectory, dataBytesMax: mebibyte });
    await produceKeys(world, ["small"]);
    const large = { topic: "alerts", key: "large", value: "x".repeat(600_000) };
    const statuses = [(await world.produce(large)).status];
    const refused = await world.produce(large);
    statuses.push(refused.status);

    expect(statuses).toEqual([200, 503]);
    expect(await refused.json()).toMatchObject({ error: { message: "Endpoint Error" } });
    expect(world.lines.join()).toContain("the store of --data failed: SQLITE_FULL");
    expect(await keysOf(world, "alerts")).toEqual(["small", "large"]);
    expect(await world.get("/_/topics")).toMatchObject({
      topics: [{}, { partitions: [{ next: 2 }] }],
    });
    expect(await produceKeys(world, ["after"])).toEqual([200]);
    expect((await world.remove("/_/records")).status).toBe(204);
    expect((await world.produce({ ...large, key: "again" })).status).toBe(200);
    await world.close();

    const after = await startWorld({ dataDirectory });
    expect(await keysOf(after, "alerts")).toEqual(["again"]);
    expect(await after.get("/_/records/4")).toMatchObject({ key: "again", offset: 3 });
  });

  it("has what it acknowledged and nothing else, where not all that came at once fits", async () => {
    const world = await startWorld({
      dataDirectory: temporaryDirectory(),
      dataBytesMax: mebibyte,
    });
    const value = "x".repeat(300_000);

    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        world.produce({ topic: "orders", key: `${index}`, value, partition: index % 3 }),
      ),
    );

    const accepted = answers.filter(({ status }) => status === 200).length;
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
    expect(accepted).toBeLessThan(8);
    expect(await keysOf(world, "orders")).toHaveLength(accepted);
  });
});

describe("--data that cannot be used", () => {
  function start(options: object): Promise<unknown> {
    const usual = { port: 0, topics: { alerts: 1 }, accessKeys: {}, log: () => undefined };
    return startStandIn({ ...usual, ...options });
  }

  it("is refused while another process has it, and free once that is gone", async () => {
    const dataDirectory = temporaryDirectory();
    const holder = await startStandInProcess({ dataDirectory });

    await expect(start({ dataDirectory })).rejects.toThrow(
      `--data ${dataDirectory} is in use by another stand-in: end that one, or name another directory`,
    );
    await holder.kill();
    const world = await startWorld({ dataDirectory });
    expect(await produceKeys(world, ["a"])).toEqual([200]);
  });

  it("is refused while this process has it", async () => {
    const dataDirectory = temporaryDirectory();
    await startWorld({ dataDirectory });

    await expect(start({ dataDirectory })).rejects.toThrow("is in use by another stand-in");
  });

  it.each([
    [
      "holds other files",
      (directory: string) => writeFileSync(join(directory, "a.txt"), "a"),
      "holds other files",
    ],
    [
      "holds no database under our name",
      (directory: string) => writeFileSync(join(directory, "data-stream.db"), "x".repeat(9000)),
      "is not a store of this stand-in",
    ],
    [
      "holds another program's database",
      (directory: string) => sql(directory, "CREATE TABLE t (a)"),
      "is not a store of this stand-in",
    ],
    [
      "has a directory in the database's place",
      (directory: string) => mkdirSync(join(directory, "data-stream.db")),
      "data-stream.db cannot be read: EISDIR",
    ],
  ])("is refused when it %s, and left as it is", async (_, prepare, problem) => {
    const dataDirectory = temporaryDirectory();
    prepare(dataDirectory);
    const before = contentOf(dataDirectory);

    await expect(start({ dataDirectory })).rejects.toThrow(problem);

    expect(contentOf(dataDirectory)).toEqual(before);
  });

  it.each([
    ["", () => undefined],
    // Which a crash may leave: then the header is not looked at before SQLite opens it.
    [
      " and left a journal",
      (directory: string) => writeFileSync(join(directory, "data-stream.db-journal"), ""),
    ],
  ])("is refused when a newer version wrote it%s", async (_, leave) => {
    const dataDirectory = temporaryDirectory();
    const world = await startWorld({ dataDirectory });
    await world.close();
    sql(dataDirectory, "PRAGMA user_version = 2");
    leave(dataDirectory);

    await expect(start({ dataDirectory })).rejects.toThrow(
      "was written by another version of the stand-in (schema 2, this one has 1)",
    );
  });

  it("is refused when there is no room for its partitions", async () => {
    const options = { dataDirectory: temporaryDirectory(), dataBytesMax: mebibyte };
    const world = await startWorld(options);
    const message = { topic: "alerts", key: "", value: "x".repeat(30_000) };
    const fill = async (): Promise<number> => (await world.produce(message)).status;
    for (let status = await fill(); status === 200; status = await fill());
    await world.close();
    const names = Array.from({ length: 100 }, (_, index) => `${"long-name-".repeat(19)}${index}`);

    await expect(
      start({ ...options, topics: Object.fromEntries(names.map((name) => [name, 16])) }),
    ).rejects.toThrow(
      "--data cannot be written to: SQLITE_FULL (no space, or over --data-bytes-max)",
    );
  });

  it("is refused when it is a file", async () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");

    await expect(start({ dataDirectory: file })).rejects.toThrow(
      `--data ${file} cannot be used as a directory: EEXIST`,
    );
  });

  // In a process of its own, which can be ended should it not answer.
  it.skipIf(process.platform !== "linux").each(["/proc/relay", "/proc/relay/a/b"])(
    "is refused as %s, where nobody can make a directory",
    async (dataDirectory) => {
      const { problem } = await startStandInProcess({ dataDirectory });

      expect(problem).toBe(`--data ${dataDirectory} cannot be used as a directory: ENOENT`);
    },
  );

  it("is refused below a file", async () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");

    await expect(start({ dataDirectory: join(file, "a", "b") })).rejects.toThrow(
      `--data ${join(file, "a", "b")} cannot be used as a directory: ENOTDIR`,
    );
  });

  it("is refused with fewer partitions than it has", async () => {
    const dataDirectory = temporaryDirectory();
    const world = await startWorld({ dataDirectory });
    await world.close();

    await expect(start({ dataDirectory, topics: { orders: 2 } })).rejects.toThrow(
      "topic orders has 2 partitions in the settings and at least 3 in --data: partitions can only be added",
    );
  });

  function contentOf(directory: string) {
    return readdirSync(directory, { withFileTypes: true }).map((entry) => [
      entry.name,
      entry.isFile() ? readFileSync(join(directory, entry.name), "base64") : "",
    ]);
  }

  function sql(directory: string, text: string): void {
    const database = new Libsql(join(directory, "data-stream.db"));
    database.exec(text);
    database.close();
  }
});

describe("retention", () => {
  it("drops what is older than its topic's time, and only that", async () => {
    const clock = { ms: clockMs };
    const hour = 3_600_000;
    const world = await startWorld({
      now: () => clock.ms,
      topics: { alerts: { partitions: 1, retentionMs: hour }, orders: 1 },
    });
    const stamped = (ms: number) => {
      clock.ms = clockMs + ms;
      // The signature is of one instant: it is good for five minutes.
      return world.setFaults({ steps: [{ skewMs: -ms, times: 2 }] });
    };
    await stamped(0);
    await produceKeys(world, ["a"]);
    await produceKeys(world, ["o"], "orders");
    await stamped(hour - 1);
    await produceKeys(world, ["b"]);
    const young = await keysOf(world, "alerts");
    await stamped(hour);
    await produceKeys(world, ["c"]);

    expect(young).toEqual(["a", "b"]);
    expect(await keysOf(world, "alerts")).toEqual(["b", "c"]);
    expect(await keysOf(world, "orders")).toEqual(["o"]);
    expect(await world.get("/_/topics")).toMatchObject({
      topics: [
        { name: "alerts", partitions: [{ first: 1, next: 3, dropped: 1 }] },
        { name: "orders", partitions: [{ first: 0, next: 1, dropped: 0 }] },
      ],
    });
    expect(await world.get("/_/records/1")).toMatchObject({ error: expect.any(String) });
    expect(await world.get("/_/records/2")).toMatchObject({ key: "o" });
    expect(await resume(world, 0, 3)).toEqual(["o", "b", "c"]);
  });

  it("happens without new messages too, and reaches the disk", async () => {
    const clock = { ms: clockMs };
    const dataDirectory = temporaryDirectory();
    const world = await startWorld({ now: () => clock.ms, dataDirectory });
    await produceKeys(world, ["a"]);

    clock.ms += 86_400_000;
    await expect.poll(() => keysOf(world, "alerts"), { timeout: 20_000 }).toEqual([]);
    await world.close();

    const after = await startWorld({ dataDirectory });
    expect(await after.get("/_/topics")).toMatchObject({
      topics: [{}, { partitions: [{ first: 1, next: 1, dropped: 1 }] }],
    });
  });

  it("drops the oldest of a partition that has more bytes than it may", async () => {
    const world = await startWorld({ partitionBytesMax: 10 });
    const produce = (key: string, partition: number) =>
      world.produce({ topic: "orders", key, value: "1234", partition });
    for (const [key, partition] of [
      ["a", 0],
      ["b", 1],
      ["c", 0],
      ["d", 0],
    ] as const) {
      await produce(key, partition);
    }

    expect(await keysOf(world, "orders")).toEqual(["b", "c", "d"]);
    expect(await world.get("/_/topics")).toMatchObject({
      topics: [
        {
          partitions: [
            { first: 1, next: 3, dropped: 1 },
            { first: 0, next: 1, dropped: 0 },
            { first: 0, next: 0, dropped: 0 },
          ],
        },
        {},
      ],
    });
  });

  it.each([
    [
      { alerts: { partitions: 1, retentionMs: 3_599_999 } },
      "retentionMs must be an integer from 3600000 to 1296000000",
    ],
    [{ alerts: { partitions: 1, retentionMs: 1_296_000_001 } }, "retentionMs must be an integer"],
    [{ alerts: { partitions: 1, retention: 1 } }, "topic alerts has an unknown field"],
    [{ alerts: {} }, "topic alerts: the partition count must be from 1 to 16"],
  ])("is refused for %j", async (topics, problem) => {
    const options = { port: 0, topics, accessKeys: {} } as Parameters<typeof startStandIn>[0];

    await expect(startStandIn(options)).rejects.toThrow(problem);
  });
});
