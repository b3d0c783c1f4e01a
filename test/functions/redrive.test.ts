import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { HttpRequest } from "../../lib/effects/transport.ts";
import { webhook } from "../../lib/triggers/webhook.ts";
import { adapters, logged } from "../support/adapters.ts";
import {
  type BucketHarness,
  type BucketHarnessOptions,
  createBucketHarness,
  createErraticHarness,
  redriveAdapters,
  timeout,
} from "../support/buckets.ts";
import { hookCall } from "../support/deliveries.ts";
import { acknowledged, answer, messageOf, noAnswer, startMs } from "../support/harness.ts";
import { type Bag, openSource, streamSettings } from "../support/settings.ts";

const settings = { ...streamSettings, DEAD_LETTER_BUCKET: "letters" };
const folder = "datastream-relay/dead-letters";

/** Names an object that was stored the given minutes before the harness's start. */
function nameAt(minutes: number): string {
  return `${folder}/2023-11-14T22${String(13 - minutes).padStart(2, "0")}20.000Z-call.ndjson`;
}

/** The name that a run removes first to check its right to remove. */
const probe = `DELETE letters/${folder}/no-such-object`;
const oldest = nameAt(3);
const older = nameAt(2);
const old = nameAt(1);

function line(key: string, topic = "orders", value = `private ${key}`): string {
  return `{"topic":"${topic}","partition":1,"key":"${key}","value":"${value}","id":"id of ${key}"}\n`;
}

function eventLine(event: object): string {
  const value = JSON.stringify(event);
  return `${JSON.stringify({ topic: "orders", partition: 1, key: "k", value, id: "" })}\n`;
}

/** Makes a line for each key, which may be followed by a topic. */
function lines(...keys: readonly string[]): string {
  return keys
    .map((text) => text.split("@"))
    .map(([key = "", topic]) => line(key, topic))
    .join("");
}

const answering =
  (byKey: Readonly<Record<string, number>>): BucketHarnessOptions["stream"] =>
  (request) => {
    const status = byKey[messageOf(request).key];
    return status === undefined ? acknowledged : answer(status);
  };

const failingAt =
  (words: string, status = 403): BucketHarnessOptions["failing"] =>
  (what) =>
    what.startsWith(words) ? answer(status) : undefined;

describe.each(redriveAdapters)("redrive through $name", ({ name: adapter, open }) => {
  type Given = BucketHarnessOptions & {
    readonly objects?: Readonly<Record<string, string>>;
    readonly settings?: Bag;
  };

  /** Neither key nor value ever reaches the log. */
  async function run({ objects = {}, ...given }: Given = {}) {
    const told = createBucketHarness(given);
    return invoke(told, objects, given.settings);
  }

  async function invoke<Told extends BucketHarness>(told: Told, objects: Bag, more: Bag = {}) {
    for (const [name, text] of Object.entries(objects)) {
      told.place(`letters/${name}`, String(text));
    }
    const result = await open({ harness: told.harness, settings: { ...settings, ...more } }).invoke(
      {},
    );
    const said = `${JSON.stringify(result)}${told.harness.lines.join("")}`;
    expect(said).not.toMatch(/private|"key"/);
    const left = Object.fromEntries(
      Object.entries(told.stored()).map(([path, text]) => [path.slice("letters/".length), text]),
    );
    return { ...told, result, left, last: logged(told.harness).at(-1) };
  }

  test("an empty bucket is a success with nothing left", async () => {
    const { result, happened, last } = await run();

    const none = { delivered: 0, stored: 0, ignored: 0, refused: 0, failed: 0, notAttempted: 0 };
    expect(result).toEqual({
      ...{ ...none, attempts: 0, uncertain: 0, neverSent: 0 },
      oldestAgeSeconds: 0,
    });
    expect(happened).toEqual(["LIST letters"]);
    expect(last).toMatchObject({ level: "info", ending: "ignored", oldestAgeSeconds: 0 });
  });

  test("a failed listing gives no age, because nothing is known about the rest", async () => {
    const { result } = await run({
      objects: { [oldest]: lines("a") },
      failing: failingAt("LIST", 403),
    });

    expect(result).toHaveProperty("error");
    expect(result).not.toHaveProperty("oldestAgeSeconds");
  });

  test("the age of a foreign object is counted from its last write", async () => {
    const { last } = await run({
      objects: { [`${folder}/a-copy.ndjson`]: lines("down") },
      stream: answering({ down: 403 }),
    });

    // The listing has 2023-11-14T00:00:00Z, and the time is 22:13:20.
    expect(last).toMatchObject({ failed: 1, oldestAgeSeconds: 80_000 });
  });

  test("a partition that was chosen by a wrong count is chosen again, and a fixed one is kept", async () => {
    const lineAt = (key: string, partition: number) =>
      `{"topic":"orders","partition":${partition},"key":"${key}","value":"private v","id":"i"}\n`;

    const { messages, result } = await run({
      // UtilsTest of Apache Kafka: murmur2("foobar") is -790332482, which is partition 0 of 3.
      objects: {
        [oldest]: `${lineAt("foobar", 7)}${lineAt("a", 2)}${lineAt("a", 0)}${line("21").replace(/"partition":1,/, "")}`,
      },
    });

    // One key goes to partition 2 and then to 0, as its lines say.
    expect(messages.filter(({ key }) => key === "a").map(({ partition }) => partition)).toEqual([
      2, 0,
    ]);
    expect(messages.filter(({ key }) => key !== "a").map(({ partition }) => partition)).toEqual([
      0, 0,
    ]);
    expect(result).toMatchObject({ delivered: 4 });
  });

  test("foreign objects beside the dead letters are left alone", async () => {
    const { left, happened, result } = await run({
      objects: { [`${folder}/`]: "", [`${folder}/photo.jpg`]: "\u0000\u0001" },
    });

    expect(Object.keys(left)).toHaveLength(2);
    expect(happened.filter((what) => !what.startsWith("LIST"))).toEqual([]);
    expect(result).toMatchObject({ refused: 0, oldestAgeSeconds: 0 });
  });

  test("an object that is too large to be read is skipped, and the run fails", async () => {
    const cut = { kind: "response", status: 200, headers: {}, body: "", truncated: true } as const;
    const { messages, result } = await run({
      objects: { [oldest]: lines("a"), [old]: lines("b") },
      failing: (what) => (what === `GET letters/${oldest}` ? cut : undefined),
    });

    expect(messages.map(({ key }) => key)).toEqual(["b"]);
    expect(result).toHaveProperty("error");
  });

  test("an object that is missing on removal counts as removed", async () => {
    const { result } = await run({
      objects: { [oldest]: lines("a"), [old]: lines("b") },
      failing: failingAt("DELETE", 404),
    });

    expect(result).toMatchObject({ delivered: 2, oldestAgeSeconds: 0 });
    expect(result).not.toHaveProperty("error");
  });

  test("objects are redriven from the oldest to the newest, over all pages, and all are removed", async () => {
    const names = Array.from(
      { length: 1_201 },
      (_, index) =>
        `${folder}/2023-11-14T2210${String(10 + Math.floor(index / 1_000))}.${String(index % 1_000).padStart(3, "0")}Z-call.ndjson`,
    );
    const objects = Object.fromEntries(names.map((name, index) => [name, lines(`k${index % 7}`)]));

    const { happened, left, result } = await run({
      objects: Object.fromEntries(Object.entries(objects).toReversed()),
    });

    expect(happened.filter((what) => what.startsWith("LIST"))).toEqual([
      "LIST letters",
      `LIST letters after ${names[999]}`,
    ]);
    expect(happened.filter((what) => what.startsWith("GET"))).toEqual(
      names.map((name) => `GET letters/${name}`),
    );
    expect(left).toEqual({});
    expect(result).toMatchObject({ delivered: 1_201, attempts: 1_201, oldestAgeSeconds: 0 });
  });

  test("an object is removed only after all of it was acknowledged", async () => {
    const acknowledge = async (key: string) => {
      await new Promise((resolve) => setTimeout(resolve, key === "a" ? 200 : 1));
      told.happened.push(`acknowledged ${key}`);
      return acknowledged;
    };
    const told = createBucketHarness({ stream: (request) => acknowledge(messageOf(request).key) });

    const { happened } = await invoke(told, { [old]: lines("a", "b", "b") });

    expect(happened.slice(-2)).toEqual(["acknowledged a", `DELETE letters/${old}`]);
    expect(happened.filter((what) => what === "acknowledged b")).toHaveLength(2);
  });

  test.for([
    ["this very moment", nameAt(0)],
    ["in the future, by a clock that is ahead,", nameAt(-1)],
  ] as const)("the age of an object that was stored %s is at least a second", async ([, name]) => {
    const { last } = await run({
      objects: { [name]: lines("a") },
      stream: answering({ a: 403 }),
    });

    expect(last).toMatchObject({ failed: 1, oldestAgeSeconds: 1 });
  });

  test("a final refusal is set aside with its reason before the object is removed", async () => {
    const { happened, left, last, result } = await run({
      objects: { [older]: lines("bad", "good", "bad"), [old]: lines("next") },
      stream: answering({ bad: 400 }),
    });

    const aside = "datastream-relay/set-aside/2023-11-14T221120.000Z-call-id-1.ndjson";
    const at = happened.indexOf(`PUT letters/${aside}`);
    expect(happened.indexOf(`DELETE letters/${older}`)).toBeGreaterThan(at);
    expect(at).toBeGreaterThan(0);
    const refused =
      '{"topic":"orders","partition":1,"key":"bad","value":"private bad","id":"id of bad",' +
      '"reason":"HTTP 400: the stream refuses this record"}\n';
    expect(left).toEqual({ [aside]: refused + refused });
    expect(last).toMatchObject({ delivered: 2, refused: 2, failed: 0, oldestAgeSeconds: 0 });
    expect(result.error).toBe("RECORD_REFUSED: 2 refused, 0 failed, 0 not attempted");
  });

  test.for([
    [503, "STREAM_UNAVAILABLE", 5],
    [429, "STREAM_THROTTLED", 5],
    [401, "STREAM_UNAUTHENTICATED", 1],
    [403, "STREAM_FORBIDDEN", 1],
  ] as const)(
    "a response of %i ends the run, and no later object is touched",
    async ([status, code, attempts]) => {
      const objects = { [oldest]: lines("a"), [older]: lines("b"), [old]: lines("c") };

      const { happened, left, result, last } = await run({
        objects,
        stream: answering({ b: status }),
        settings: { REDRIVE_CONCURRENCY: 1, DATASTREAM_CONCURRENCY: 1 },
      });

      expect(happened.filter((what) => what === "produce b")).toHaveLength(attempts);
      expect(left).toMatchObject({ [older]: lines("b") });
      expect(left).not.toHaveProperty([oldest]);
      expect(result.error).toBe(`${code}: 0 refused, 1 failed, 0 not attempted`);
      expect(last).toMatchObject({ failed: 1, oldestAgeSeconds: 120 });
    },
  );

  test("a dead letter that is nested too deep for a claim check is set aside, and the others are sent once", async () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const event = `{"specversion":"1.0","id":"1","extension":${deep},"data":"private"}`;
    const poison = { topic: "orders", partition: 1, key: "deep", value: event, id: "1" };

    const { happened, left, last } = await run({
      objects: { [old]: `${line("a")}${JSON.stringify(poison)}\n${line("b")}` },
      settings: { CLAIM_CHECK_BUCKET: "checks", DATASTREAM_MESSAGE_BYTES_MAX: 1_000 },
    });

    const sent = happened.filter((what) => what.startsWith("produce"));
    expect(sent).toEqual(["produce a", "produce b"]);
    expect(Object.values(left).join("")).toContain("nested too deep");
    expect(last).toMatchObject({ delivered: 2, refused: 1, failed: 0 });
  });

  test("the data of a dead letter whose content type is not text is left in the bucket", async () => {
    const event = { specversion: "1.0", datacontenttype: { toString: 1 }, data: "x".repeat(600) };

    const { happened } = await run({
      objects: { [old]: eventLine(event) },
      settings: { CLAIM_CHECK_BUCKET: "checks", DATASTREAM_MESSAGE_BYTES_MAX: 600 },
    });

    expect(happened).toEqual([
      ...["LIST letters", probe, `GET letters/${old}`],
      expect.stringMatching(/^PUT checks\/datastream-relay\/claim-checks\/[0-9a-f]{64}$/),
      ...["produce k", `DELETE letters/${old}`],
    ]);
  });

  test("the rest of an object is written back in order, and refused records are set aside", async () => {
    const { happened, left, last } = await run({
      objects: { [older]: lines("down", "a", "bad", "down", "b"), [old]: lines("down") },
      stream: answering({ down: 503, bad: 413 }),
    });

    const aside = "datastream-relay/set-aside/2023-11-14T221120.000Z-call-id-1.ndjson";
    expect(happened.slice(-2)).toEqual([`PUT letters/${aside}`, `PUT letters/${older}`]);
    expect(left).toEqual({
      [older]: lines("down", "down"),
      [old]: lines("down"),
      [aside]: expect.stringMatching(/"key":"bad".*"reason":"the stream refuses the record as too/),
    });
    expect(last).toMatchObject({ delivered: 2, refused: 1, failed: 1, notAttempted: 1 });
    expect(last?.["oldestAgeSeconds"]).toBe(120);
  });

  test("topics other than DATASTREAM_TOPIC are left alone, and the run goes on and fails", async () => {
    const foreign = lines("foreign@audit");
    const { left, last, result, messages, harness, happened } = await run({
      objects: {
        ...{ [oldest]: foreign, [old]: lines("c") },
        [older]: lines("a", "foreign@audit", "b", "other@audit"),
      },
    });

    expect(messages.map(({ topic, key }) => [topic, key])).toEqual([
      ...[
        ["orders", "a"],
        ["orders", "b"],
        ["orders", "c"],
      ],
    ]);
    expect(left).toEqual({ [oldest]: foreign, [older]: lines("foreign@audit", "other@audit") });
    expect(happened).not.toContain(`PUT letters/${oldest}`);
    expect(result.error).toBe("0 refused, 0 failed, 3 not attempted");
    expect(last).toMatchObject({ level: "error", delivered: 3, oldestAgeSeconds: 180 });
    const message = "the topic audit is not one of REDRIVE_TOPICS";
    expect(logged(harness)).toContainEqual(expect.objectContaining({ message }));
  });

  test.for([
    [["audit"], { [old]: lines("a") }],
    [["audit", "orders"], {}],
    [[], { [old]: lines("a", "b@audit") }],
  ] as const)("a run with REDRIVE_TOPICS %j leaves %j", async ([topics, expected]) => {
    const { left } = await run({
      objects: { [old]: lines("a", "b@audit") },
      settings: { REDRIVE_TOPICS: topics },
    });

    expect(left).toEqual(expected);
  });

  test.for([
    "{",
    "null",
    "[]",
    "7",
    "{}",
    '{"topic":"orders","key":"k","value":"v"}',
    '{"topic":"or ders","key":"k","value":"v","id":"i"}',
    '{"topic":"orders","key":1,"value":"v","id":"i"}',
    '{"topic":"orders","key":"k","value":{},"id":"i"}',
    '{"topic":"orders","partition":-1,"key":"k","value":"v","id":"i"}',
    '{"topic":"orders","partition":"0","key":"k","value":"v","id":"i"}',
    '{"topic":["orders"],"key":"k","value":"v","id":"i"}',
    " ",
  ])("the line %j is set aside, and the others are delivered", async (foreign) => {
    const { left, last, messages, harness } = await run({
      objects: { [old]: `${lines("a")}${foreign}\n\n${lines("b")}` },
    });

    expect(messages.map(({ key }) => key)).toEqual(["a", "b"]);
    const [[path, text] = [], ...others] = Object.entries(left);
    expect(others).toEqual([]);
    expect(path).toBe("datastream-relay/set-aside/2023-11-14T221220.000Z-call-id-1.ndjson");
    const reason = "a dead letter that is no record";
    expect(JSON.parse(String(text))).toEqual({ line: foreign, reason });
    expect(last).toMatchObject({ delivered: 2, refused: 1, code: "RECORD_REFUSED" });
    const message = `1 set aside as ${path}`;
    expect(logged(harness)).toContainEqual(expect.objectContaining({ level: "warn", message }));
  });

  test("an object that disappeared meanwhile counts as done", async () => {
    const told = createBucketHarness({ failing: failingAt(`GET letters/${older}`, 404) });

    const { result, messages } = await invoke(told, { [older]: lines("a"), [old]: lines("b") });

    expect(messages.map(({ key }) => key)).toEqual(["b"]);
    expect(result).toMatchObject({ delivered: 1, failed: 0 });
  });

  test.for([
    // A key pair that may not remove delivers nothing, because every run would deliver it again.
    ["DELETE letters", 503, "UNAVAILABLE"],
    ["DELETE letters", 403, "REJECTED"],
    ["DELETE letters", 401, "REJECTED"],
    ["LIST", 503, "UNAVAILABLE"],
    ["LIST", 400, "REJECTED"],
    ["LIST", 301, "REJECTED"],
    ["LIST", 307, "REJECTED"],
    ["LIST", 403, "REJECTED"],
    ["LIST", 404, "REJECTED"],
    ["GET letters/", 401, "REJECTED"],
  ] as const)("a run in which %s is answered %i ends before anything is sent", async (row) => {
    const [words, status, word] = row;
    const objects = { [older]: lines("a", "bad"), [old]: lines("next") };

    const { left, messages, last, result } = await run({
      objects,
      stream: answering({ bad: 400 }),
      failing: failingAt(words, status),
    });

    expect(left).toEqual(objects);
    expect(messages).toEqual([]);
    expect(result.error).toMatch(
      new RegExp(`^STORAGE_${word}: 0 refused, [12] failed, 0 not attempted$`),
    );
    expect(last?.["oldestAgeSeconds"]).toBe(words === "LIST" ? undefined : 120);
  });

  // One object stays unchanged, and the run goes on.
  test.for([
    ["cannot be read by this key pair, or is archived", answer(403)],
    ["makes the storage fail", answer(500)],
    ["makes no answer come", timeout],
    ["is a page", answer(200, "<html>", { etag: '"1"', "content-type": "text/html" })],
    [
      "has another hash",
      answer(200, lines("a"), { etag: '"1"', "x-amz-meta-sha256": "0".repeat(64) }),
    ],
    ["is no text", answer(200, "\xff", { etag: '"1"' })],
    ["is encrypted with a key of its own", answer(400)],
  ] as const)(
    "an object that %s is skipped, and the run fails while it is there",
    async ([, got]) => {
      const objects = { [older]: lines("a"), [old]: lines("b") };

      const { left, messages, last, result, harness } = await run({
        objects,
        failing: (what) => (what === `GET letters/${older}` ? got : undefined),
      });

      expect(messages.map(({ key }) => key)).toEqual(["b"]);
      expect(left).toEqual({ [older]: lines("a") });
      expect(last).toMatchObject({ delivered: 1, failed: 1, oldestAgeSeconds: 120 });
      expect(result.error).toMatch(/^DEAD_LETTER_UNREADABLE: /);
      expect(logged(harness)).toContainEqual(
        expect.objectContaining({ level: "warn", name: older, reason: expect.any(String) }),
      );
    },
  );

  test("an object whose name no URL can hold is skipped", async () => {
    const odd = `${folder}/../x.ndjson`;
    const { left, messages, last, harness } = await run({
      objects: { [odd]: lines("a"), [old]: lines("b") },
    });

    expect(messages.map(({ key }) => key)).toEqual(["b"]);
    expect(Object.keys(left)).toEqual([odd]);
    expect(last).toMatchObject({ delivered: 1, failed: 1 });
    expect(logged(harness)).toContainEqual(expect.objectContaining({ level: "warn", name: odd }));
  });

  test("a locked object is skipped, and the run fails while it is there", async () => {
    const { left, messages, last } = await run({
      objects: { [older]: lines("a"), [old]: lines("b") },
      failing: failingAt(`DELETE letters/${older}`, 403),
    });

    expect(messages.map(({ key }) => key).toSorted()).toEqual(["a", "b"]);
    expect(Object.keys(left)).toEqual([older]);
    expect(last).toMatchObject({ delivered: 2, failed: 1, oldestAgeSeconds: 120 });
  });

  test("a warning names an object for whose removal no time was left", async () => {
    const told: BucketHarness = createBucketHarness({
      stream: () => {
        told.harness.advance(60_000);
        return acknowledged;
      },
    });

    const { result, left } = await invoke(told, { [old]: lines("a") });

    expect(Object.keys(left)).toEqual([old]);
    expect(result).toMatchObject({ delivered: 1, failed: 0, oldestAgeSeconds: 120 });
    expect(logged(told.harness)).toContainEqual(
      expect.objectContaining({
        ...{ level: "warn", name: old },
        reason: "no time was left to remove it, and the next run delivers it again",
      }),
    );
  });

  test("objects are removed one by one if the storage refuses batches", async () => {
    const names = Array.from({ length: 40 }, (_, index) => nameAt(-index));
    const { left, last } = await run({
      objects: Object.fromEntries(names.map((name, index) => [name, lines(`k${index}`)])),
      failing: failingAt("DELETE some", 501),
    });

    expect(left).toEqual({});
    expect(last).toMatchObject({ delivered: 40, failed: 0, oldestAgeSeconds: 0 });
  });

  test("dead letters of a missing topic are left, and the others are delivered", async () => {
    const { left, messages, last } = await run({
      objects: {
        [oldest]: lines("a@gone", "b@gone"),
        [older]: lines("c@gone", "d"),
        [old]: lines("e"),
      },
      settings: { REDRIVE_TOPICS: ["gone", "orders"], DATASTREAM_CONCURRENCY: 1 },
      stream: (request) => (messageOf(request).topic === "gone" ? answer(404) : acknowledged),
    });

    expect(messages.filter(({ topic }) => topic === "gone")).toHaveLength(1);
    expect(left).toEqual({ [oldest]: lines("a@gone", "b@gone"), [older]: lines("c@gone") });
    expect(last).toMatchObject({
      delivered: 2,
      failed: 1,
      notAttempted: 2,
      oldestAgeSeconds: 180,
    });
  });

  const noPartition = answer(
    400,
    '{"status":"400","detail":"Bad Request, Invalid topic partition"}',
  );

  test("a fixed partition that the topic lacks is dropped if no count is set", async () => {
    const { left, messages, last } = await run({
      objects: { [old]: lines("a") },
      settings: { DATASTREAM_PARTITIONS: undefined },
      stream: (request) => (messageOf(request).partition === 1 ? noPartition : acknowledged),
    });

    expect(messages.map(({ partition }) => partition)).toEqual([1, undefined]);
    expect(left).toEqual({});
    expect(last).toMatchObject({ delivered: 1, failed: 0, attempts: 2 });
  });

  test("dead letters of a topic with fewer partitions than set are left", async () => {
    const { left, messages, last } = await run({
      objects: { [older]: lines("a@few", "b@few"), [old]: lines("c") },
      settings: { REDRIVE_TOPICS: ["few", "orders"], DATASTREAM_CONCURRENCY: 1 },
      stream: (request) => (messageOf(request).topic === "few" ? noPartition : acknowledged),
    });

    expect(messages.filter(({ topic }) => topic === "orders")).toHaveLength(1);
    expect(left).toEqual({ [older]: lines("a@few", "b@few") });
    expect(last).toMatchObject({ delivered: 1, failed: 1, notAttempted: 1 });
  });

  test("records that cannot be set aside are left, and the run goes on", async () => {
    const { left, messages, last } = await run({
      objects: { [older]: lines("a", "bad"), [old]: lines("next") },
      stream: answering({ bad: 400 }),
      failing: failingAt("PUT letters/datastream-relay/set-aside", 403),
    });

    expect(left).toEqual({ [older]: lines("bad") });
    expect(messages.map(({ key }) => key).toSorted()).toEqual(["a", "bad", "next"]);
    expect(last).toMatchObject({ delivered: 2, refused: 1, failed: 1, oldestAgeSeconds: 120 });
  });

  const toPage = (names: readonly string[], more: string) =>
    answer(
      200,
      `<ListBucketResult>${more}${names.map((name) => `<Contents><Key>${name}</Key></Contents>`).join("")}` +
        "</ListBucketResult>",
    );
  const parameterOf = (request: HttpRequest, name: string) => request.url.searchParams.get(name);

  // Pages of NAVER Cloud say that version 2 of the operation is not supported.
  test.for([
    ["answers version 2 as version 1", false],
    ["refuses version 2", true],
  ] as const)("a bucket of a storage that %s is emptied", async ([, isRefused]) => {
    const names = Array.from({ length: 7 }, (_, index) => nameAt(-index));
    const told = createBucketHarness({
      failing: (what, request) => {
        if (!what.startsWith("LIST") && parameterOf(request, "prefix") === null) {
          return undefined;
        }
        if (isRefused && parameterOf(request, "list-type") !== null) {
          return answer(501);
        }
        const left = names.filter((name) => told.bytesAt(`letters/${name}`) !== undefined);
        const page = left.filter((name) => name > (parameterOf(request, "marker") ?? ""));
        const isTruncated = page.length > 3;
        return toPage(page.slice(0, 3), `<Marker/><IsTruncated>${isTruncated}</IsTruncated>`);
      },
    });

    const objects = Object.fromEntries(names.map((name) => [name, lines("a")]));
    const { left, last } = await invoke(told, objects);

    expect(left).toEqual({});
    expect(last).toMatchObject({ delivered: 7, failed: 0, notAttempted: 0, oldestAgeSeconds: 0 });
  });

  test("a listing takes a third of the time at most, and then gives no age", async () => {
    let pages = 0;
    const told = createBucketHarness({
      failing: (what) => {
        if (!what.startsWith("LIST")) {
          return undefined;
        }
        told.harness.advance(5_000);
        pages += 1;
        const more = `<IsTruncated>true</IsTruncated><NextContinuationToken>${pages}</NextContinuationToken>`;
        return toPage([nameAt(-pages)], more);
      },
    });
    const objects = Object.fromEntries([1, 2, 3, 4].map((n) => [nameAt(-n), lines("a")]));

    const { left, last, result, messages } = await invoke(told, objects);

    expect(pages).toBe(3);
    expect(messages).toHaveLength(3);
    expect(Object.keys(left)).toEqual([nameAt(-4)]);
    expect(last).toMatchObject({ delivered: 3, notAttempted: 1 });
    expect(last).not.toHaveProperty("oldestAgeSeconds");
    expect(result).toHaveProperty("error");
  });

  test("a listing takes 100,000 names at most, and then gives no age", async () => {
    let pages = 0;
    const told = createBucketHarness({
      stream: () => answer(403),
      failing: (what) => {
        if (!what.startsWith("LIST")) {
          return undefined;
        }
        pages += 1;
        const names = Array.from({ length: 1_000 }, (_, n) => `${folder}/${pages}-${n}.ndjson`);
        const more = `<IsTruncated>true</IsTruncated><NextContinuationToken>${pages}</NextContinuationToken>`;
        return toPage(names, more);
      },
    });

    const { last } = await invoke(told, { [`${folder}/1-0.ndjson`]: lines("a") });

    expect(pages).toBe(100);
    expect(last).toMatchObject({ failed: 1, notAttempted: 1 });
    expect(last).not.toHaveProperty("oldestAgeSeconds");
  });

  const filler = "가".repeat(1_000);
  const toLines = (keys: readonly string[]) =>
    keys.map((key, index) => line(`${key}${index}`, key, `private ${filler}`));

  test("a large object is delivered from its parts, which are read twice", async () => {
    const text = toLines(Array<string>(400).fill("orders")).join("");
    const { happened, left, last, messages } = await run({ objects: { [old]: text } });

    const parts = Math.ceil(Buffer.byteLength(text) / (512 * 1024));
    expect(parts).toBe(3);
    // One more request at the beginning reads the size.
    expect(happened.filter((what) => what.startsWith("GET"))).toHaveLength(2 * parts + 1);
    expect(happened.filter((what) => what.startsWith("PUT"))).toEqual([]);
    expect(messages.every(({ value }) => value === `private ${filler}`)).toBe(true);
    expect(left).toEqual({});
    expect(last).toMatchObject({ delivered: 400, failed: 0, oldestAgeSeconds: 0 });
  });

  test("the rest of a large object is written back in pieces, in order", async () => {
    const keys = Array.from({ length: 500 }, (_, index) => (index % 2 === 0 ? "audit" : "orders"));
    const all = toLines(keys);
    const { left, last } = await run({ objects: { [older]: all.join(""), [old]: lines("a") } });

    const names = Object.keys(left);
    expect(names.length).toBeGreaterThan(1);
    expect(names.at(-1)).toBe(older);
    expect(names.every((name) => name.startsWith(older.replace("ndjson", "")))).toBe(true);
    expect(Object.values(left).join("")).toBe(all.filter((one) => one.includes("audit")).join(""));
    expect(last).toMatchObject({ delivered: 251, notAttempted: 250, oldestAgeSeconds: 120 });
  });

  test.for([
    ["of unknown memory", undefined, 4_194_304],
    ["of 128 MiB", 134_217_728, 2_097_152],
    ["of 256 MiB", 268_435_456, 4_194_304],
    ["of 4 GiB", 4_294_967_296, 16_777_216],
  ] as const)("an object with a line too long for a process %s is left unchanged", async (row) => {
    const [, bytes, charsMax] = row;
    const told = createBucketHarness();
    Object.assign(told.harness.effects, { memoryBytes: () => bytes });
    const tooLong = `${lines("before")}${"x".repeat(charsMax + 1)}\n${lines("after")}`;
    const { left, last, messages } = await invoke(told, { [older]: tooLong, [old]: lines("a") });

    expect(left).toEqual({ [older]: tooLong });
    expect(messages.map(({ key }) => key)).toEqual(["a"]);
    expect(logged(told.harness)).toContainEqual(
      expect.objectContaining({
        message: "a dead-letter object stays where it is",
        name: older,
        reason: `object storage: a line has over ${charsMax} characters, too many for the function's memory`,
      }),
    );
    expect(last).toMatchObject({ code: "DEAD_LETTER_UNREADABLE", delivered: 1, failed: 1 });
  });

  test("a line as long as one may be is read, wherever its parts end", async () => {
    const text = `${lines("before")}${"x".repeat(4_194_304)}\n${lines("after")}`;
    const { left, last } = await run({ objects: { [old]: text } });

    expect(Object.values(left)).toHaveLength(1);
    expect(Object.values(left)[0]).toContain("x".repeat(4_194_304));
    expect(last).toMatchObject({ delivered: 2, refused: 1, failed: 0 });
  });

  test("records in progress hold 4 MiB of text at most", async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`);
    const value = `private ${"x".repeat(900_000)}`;
    let open = 0;
    let openMax = 0;
    const { last } = await run({
      objects: { [old]: keys.map((key) => line(key, "orders", value)).join("") },
      stream: async () => {
        open += 1;
        openMax = Math.max(openMax, open);
        await new Promise((resolve) => setTimeout(resolve, 1));
        open -= 1;
        return acknowledged;
      },
    });

    expect(openMax).toBe(4);
    expect(last).toMatchObject({ delivered: 30, oldestAgeSeconds: 0 });
  });

  test("an object whose lines are not records is left unchanged, and the run goes on", async () => {
    const junk = "x\n".repeat(300_000);
    const { happened, left, last } = await run({ objects: { [older]: junk, [old]: lines("a") } });

    expect(left).toEqual({ [older]: junk });
    expect(happened.filter((what) => what.startsWith("PUT"))).toEqual([]);
    expect(last).toMatchObject({ delivered: 1, failed: 1, oldestAgeSeconds: 120 });
  });

  test.for([
    ["over 64 MiB", (what: string) => what.startsWith("LIST"), "<Size>67108865</Size>"],
  ] as const)(
    "an object whose listed size is %s is skipped without a request for it",
    async (row) => {
      const [, isListing, size] = row;
      const xml =
        `<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>${older}</Key>${size}</Contents>` +
        `<Contents><Key>${old}</Key></Contents></ListBucketResult>`;
      const { happened, last } = await run({
        objects: { [older]: lines("a"), [old]: lines("b") },
        failing: (what) => (isListing(what) ? answer(200, xml) : undefined),
      });

      expect(happened).not.toContain(`GET letters/${older}`);
      expect(last).toMatchObject({ delivered: 1, failed: 1 });
    },
  );

  test("a rest that cannot be written back ends the run, and nothing is lost", async () => {
    const objects = { [older]: lines("a", "down"), [old]: lines("down") };

    const { left, last } = await run({
      objects,
      stream: answering({ down: 503 }),
      failing: failingAt("PUT", 403),
    });

    expect(left).toEqual(objects);
    expect(last).toMatchObject({ delivered: 1, failed: 2, oldestAgeSeconds: 120 });
    expect(last).toMatchObject({
      code: "STORAGE_REJECTED",
      reason: "object storage: HTTP 403: check DEAD_LETTER_BUCKET and the key pair's rights to it",
    });
  });

  // The last attempt begins 1,450 ms before the deadline.
  test.for([
    [10_000, 2_900, 3],
    [10_000, 4_300, 2],
    [10_000, 2_180, 4],
    [45_000, 21_800, 2],
  ] as const)(
    "a run of %i ms with records of %i ms delivers %i and leaves the others unchanged",
    async ([total, each, begun]) => {
      const told = createBucketHarness({
        stream: () => {
          told.harness.advance(each);
          return acknowledged;
        },
      });
      const objects = Object.fromEntries(
        [5, 4, 3, 2, 1].map((minutes) => [nameAt(minutes), lines(`k${minutes}`)]),
      );

      const { result, messages, left } = await invoke(told, objects, {
        ...{ DELIVERY_TIMEOUT_MS: total, REDRIVE_CONCURRENCY: 1, DATASTREAM_CONCURRENCY: 1 },
      });

      expect(messages).toHaveLength(begun);
      expect(Object.keys(left)).toHaveLength(5 - begun);
      const age = (5 - begun) * 60 + Math.floor((begun * each) / 1_000);
      expect(result).toMatchObject({ delivered: begun, oldestAgeSeconds: age });
      expect(result).not.toHaveProperty("error");
    },
  );

  test("a run without time for a single object fails and reports the age of the oldest", async () => {
    const told = createBucketHarness();

    const { result, happened } = await invoke(
      told,
      { [nameAt(5)]: lines("k") },
      { DELIVERY_TIMEOUT_MS: 2_000 },
    );

    expect(happened.filter((what) => what.startsWith("GET"))).toEqual([]);
    expect(result).toMatchObject({ error: "0 refused, 0 failed, 1 not attempted" });
  });

  // Attempts end one second and 250 ms before the deadline.
  test("a stream that stops responding leaves time to write the rest back", async () => {
    const times: (readonly [string, number])[] = [];
    const told = createBucketHarness({
      stream: (request) => {
        const { key } = messageOf(request);
        times.push([key, told.harness.effects.now() - startMs]);
        told.harness.advance(key === "silent" ? request.timeoutMs : 0);
        return key === "silent" ? timeout : acknowledged;
      },
      failing: (what) => {
        times.push([what.slice(0, 3), told.harness.effects.now() - startMs]);
        return undefined;
      },
    });

    const objects = { [old]: lines("silent", "heard") };
    const { left, last } = await invoke(told, objects, { DELIVERY_TIMEOUT_MS: 10_000 });

    expect(times.filter(([what]) => what === "silent" || what === "PUT")).toEqual([
      ...[
        ["silent", 0],
        ["silent", 3_000],
        ["silent", 6_000],
        ["PUT", 8_750],
      ],
    ]);
    expect(left).toEqual({ [old]: lines("silent") });
    expect(last).toMatchObject({ code: "STREAM_TIMEOUT", delivered: 1, failed: 1 });
  });

  test("a record that webhook stored is delivered with the same topic, partition, key and value", async () => {
    const told = createBucketHarness({
      stream: (_, index) => (index < 10 ? noAnswer() : acknowledged),
    });
    const hook = { ...openSource({ key: ["body:/k"] }), ...settings };
    const through = adapters.find(({ name }) => name === adapter);
    const { http } = through?.open(webhook(), { harness: told.harness, settings: hook }) ?? {};
    await http?.(hookCall('{"k":"customer-4714","n":12345678901234567890,"v":1.0}'));
    await http?.(hookCall('{"k":"주문\\n","s":"\\ud800"}'));
    const { 0: first, 5: second } = told.messages;

    const { left, result } = await invoke(told, {});

    expect(first).toMatchObject({ topic: "orders", partition: 2, key: "customer-4714" });
    expect(told.messages.slice(10)).toEqual([first, second]);
    expect(left).toEqual({});
    expect(result).toMatchObject({ delivered: 2, oldestAgeSeconds: 0 });
  });

  test("a redrive over HTTP is answered 404, and no request is made", async () => {
    const { harness, happened } = createBucketHarness();

    const reply = await open({ harness, settings }).http({ method: "POST", body: "{}" });

    expect(reply.status).toBe(404);
    expect(happened).toEqual([]);
  });

  test.for([
    ["DEAD_LETTER_BUCKET", "", "DEAD_LETTER_BUCKET is required: redrive empties it"],
    ["DEAD_LETTER_BUCKET", "No Bucket", "DEAD_LETTER_BUCKET must be a bucket name"],
    ["REDRIVE_TOPICS", '["a b"]', "REDRIVE_TOPICS must be a list of topic names"],
    [
      "REDRIVE_TOPICS",
      "orders",
      "REDRIVE_TOPICS must be a list of topic names: this is not JSON, at character 1 of 6",
    ],
  ] as const)("a redrive with %s %j fails and says why", async ([name, value, reason]) => {
    const { result, happened, last } = await run({ settings: { [name]: value } });

    expect(result.error).toBe("BAD_SETTINGS: 0 refused, 1 failed, 0 not attempted");
    expect(last).toMatchObject({ level: "error", code: "BAD_SETTINGS", reason });
    expect(happened).toEqual([]);
  });

  test("two runs at the same time make duplicates at most and lose nothing", async () => {
    const letters = [..."abacdef"].map((key, index) => line(key, "orders", `value ${index}`));
    for (let seed = 1; seed <= 40; seed += 1) {
      const told = createErraticHarness(seed);
      const { invoke: start } = open({ harness: told.harness, settings });
      told.place(`letters/${older}`, letters.slice(0, 4).join(""));
      told.place(`letters/${old}`, letters.slice(4).join(""));

      await Promise.all([start({}), start({})]);

      const text = Object.values(told.stored()).join("");
      const values = letters.map((_, index) => `value ${index}`);
      expect(values.filter((value) => !told.arrived.has(value) && !text.includes(value))).toEqual(
        [],
      );
    }
  });
});

describe("arbitrary bytes as dead letters", () => {
  test("arbitrary bytes are produced or set aside without an exception", async () => {
    vi.unstubAllEnvs();
    const anyLine = fc.oneof(fc.json(), fc.string({ unit: "binary" }), fc.constant(lines("k")));
    const anyText = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.array(anyLine, { maxLength: 8 }).map((all) => Buffer.from(all.join("\n"))),
    );
    await fc.assert(
      fc.asyncProperty(anyText, async (bytes) => {
        const told = createBucketHarness();
        told.place(`letters/${old}`, bytes);

        const result = await redriveAdapters[0]
          .open({ harness: told.harness, settings })
          .invoke({});

        const text = bytes.toString();
        if (!isUtf8(bytes)) {
          // An object that is not text stays unchanged.
          expect(told.bytesAt(`letters/${old}`)).toEqual(bytes);
          expect(result).toMatchObject({ failed: 1, delivered: 0, refused: 0 });
          return;
        }
        const expected = text.split("\n").filter((one) => one !== "").length;
        expect(result).toMatchObject({ failed: 0, notAttempted: 0, oldestAgeSeconds: 0 });
        expect(Number(result["delivered"]) + Number(result["refused"])).toBe(expected);
        const aside = Object.values(told.stored()).join("").split("\n").filter(Boolean);
        expect(aside).toHaveLength(Number(result["refused"]));
        expect(told.happened).toContain(`DELETE letters/${old}`);
      }),
    );
  });

  test("arbitrary events over the limit are claim-checked or set aside", async () => {
    vi.unstubAllEnvs();
    const filler = "y".repeat(600);
    const anyJson = fc.oneof(fc.jsonValue(), fc.constant({ toString: 1, valueOf: 1 }));
    const anyEvent = fc.record(
      {
        ...{ specversion: fc.constant("1.0"), id: anyJson, partitionkey: anyJson },
        ...{ datacontenttype: anyJson, data_base64: anyJson },
        data: fc.oneof(fc.constant(filler), fc.tuple(anyJson, fc.constant(filler))),
      },
      { requiredKeys: ["specversion", "data"] },
    );
    await fc.assert(
      fc.asyncProperty(anyEvent, async (event) => {
        const told = createBucketHarness();
        told.place(`letters/${old}`, eventLine(event));
        const limits = { CLAIM_CHECK_BUCKET: "checks", DATASTREAM_MESSAGE_BYTES_MAX: 600 };

        const given = { harness: told.harness, settings: { ...settings, ...limits } };
        const result = await redriveAdapters[0].open(given).invoke({});

        expect(result).toMatchObject({ failed: 0, notAttempted: 0, oldestAgeSeconds: 0 });
        expect(Number(result["delivered"]) + Number(result["refused"])).toBe(1);
        expect(told.happened).toContain(`DELETE letters/${old}`);
      }),
    );
  });
});
