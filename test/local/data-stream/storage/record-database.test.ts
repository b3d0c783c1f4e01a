import { join } from "node:path";
import Libsql from "libsql";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../emulator-process.ts";
import { startWorld } from "../../harness.ts";
import { counts, type Kept, keysOf, produceKeys, resume } from "./harness.ts";

describe("--data across a restart", () => {
  test("records, offsets, counters and cursors survive a restart", async () => {
    const options = { dataDirectory: temporaryDirectory(), recordsMax: 4 };
    const before = await startWorld(options);
    await produceKeys(before, ["a", "b", "c", "d", "e"]);
    await produceKeys(before, ["f"], "orders");
    const kept = await counts(before);
    const records = await before.get("/_/topics/alerts/records");
    await before.close();

    const after = await startWorld(options);

    expect(kept.topics[1]?.partitions).toEqual([
      { partition: 0, first: 2, next: 5, dropped: 2, records: 3, bytes: 6 },
    ]);
    expect(await counts(after)).toEqual(kept);
    // A reader that has seen the first two records asks for the next ones.
    expect(await after.get("/_/topics/alerts/records")).toEqual(records);
    expect(await keysOf(after, "alerts")).toEqual(["c", "d", "e"]);
    expect(await produceKeys(after, ["g"])).toEqual([200]);
    expect(await after.get("/_/records/7")).toMatchObject({ key: "g", offset: 5, cursor: 7 });
  });

  test("every character of key and value survives a restart", async () => {
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

  test("a client that resumes neither misses nor repeats a record", async () => {
    const options = { dataDirectory: temporaryDirectory() };
    const before = await startWorld(options);
    await produceKeys(before, ["a", "b", "c"]);
    await before.close();

    const after = await startWorld(options);
    await produceKeys(after, ["d"]);

    expect(await resume(after, 2, 2)).toEqual(["c", "d"]);
  });

  test("cursors and offsets go on after everything was deleted", async () => {
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

  test("deleted records leave nothing on the disk", async () => {
    const dataDirectory = temporaryDirectory();
    const emulator = await startWorld({ dataDirectory });
    await produceKeys(emulator, ["a", "b"]);
    await emulator.remove("/_/records");
    await emulator.close();

    const database = new Libsql(join(dataDirectory, "data-stream.db"));
    expect(database.prepare("SELECT count(*) AS n FROM records").get()).toMatchObject({ n: 0 });
    database.close();
  });

  test("the disk holds what memory holds, whatever the bounds dropped", async () => {
    const dataDirectory = temporaryDirectory();
    const emulator = await startWorld({ dataDirectory, recordsMax: 3 });
    await produceKeys(emulator, ["a", "b", "c", "d", "e", "f"]);
    await emulator.close();

    const database = new Libsql(join(dataDirectory, "data-stream.db"));
    const rows = database.prepare("SELECT offset FROM records ORDER BY cursor").all();
    database.close();
    expect(rows).toMatchObject([{ offset: 3 }, { offset: 4 }, { offset: 5 }]);
  });

  test("a smaller bound of the next start drops records and counts them", async () => {
    const dataDirectory = temporaryDirectory();
    const before = await startWorld({ dataDirectory });
    await produceKeys(before, ["a", "b", "c", "d"]);
    await before.close();

    const after = await startWorld({ dataDirectory, recordsMax: 1 });
    const dropped = await counts(after);
    await after.close();
    const again = await startWorld({ dataDirectory });

    expect(dropped.topics[1]?.partitions).toEqual([
      { partition: 0, first: 3, next: 4, dropped: 3, records: 1, bytes: 2 },
    ]);
    expect(await counts(again)).toEqual(dropped);
    expect(await keysOf(again, "alerts")).toEqual(["d"]);
  });

  test("partitions are added, and a topic that the settings do not name is kept and reported", async () => {
    const dataDirectory = temporaryDirectory();
    const first = await startWorld({ dataDirectory });
    await produceKeys(first, ["a"]);
    await produceKeys(first, ["o"], "orders");
    await first.close();

    const second = await startWorld({ dataDirectory, topics: { alerts: 2 } });
    expect(
      (await second.produce({ topic: "alerts", key: "b", value: "", partition: 1 })).status,
    ).toBe(200);
    // The request deletes the topics of this start and nothing else.
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
