import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { HttpRequest } from "../../lib/effects/transport.ts";
import { createBucketHarness, redriveAdapters } from "../support/buckets.ts";
import { acknowledged, answer, messageOf } from "../support/harness.ts";
import { streamSettings } from "../support/settings.ts";

const folder = "datastream-relay/dead-letters/";
const settings = { ...streamSettings, DEAD_LETTER_BUCKET: "letters" };

/** What a storage does with a listing, whatever is asked of it. */
const storages = fc.record({
  order: fc.constantFrom("sorted", "reversed", "mixed"),
  pageMax: fc.integer({ min: 1, max: 12 }),
  doubles: fc.boolean(),
  token: fc.constantFrom("kept", "ignored", "absent", "empty"),
  startAfter: fc.constantFrom("kept", "ignored"),
  version2: fc.constantFrom("known", "ignored", "refused"),
  marker: fc.constantFrom("kept", "ignored"),
  saysTruncated: fc.constantFrom("right", "right", "right", "always", "never said"),
  foreign: fc.array(fc.constantFrom("", "sub/", "photo.jpg", "x.ndjson.bak"), { maxLength: 3 }),
  usesPrefix: fc.boolean(),
});
type Storage = typeof storages extends fc.Arbitrary<infer T> ? T : never;

const letters = fc.array(
  fc.record({
    minute: fc.integer({ min: 0, max: 59 }),
    keys: fc.array(fc.constantFrom("a", "b", "c", "bad", "down"), { maxLength: 5 }),
  }),
  { maxLength: 14 },
);

type Letters = typeof letters extends fc.Arbitrary<infer T> ? T : never;

function order(names: readonly string[], how: Storage["order"]): readonly string[] {
  const sorted = names.toSorted();
  switch (how) {
    case "sorted":
      return sorted;
    case "reversed":
      return sorted.toReversed();
    default:
      return sorted.filter((_, at) => at % 3 === 1).concat(sorted.filter((_, at) => at % 3 !== 1));
  }
}

/** The name or place that a page begins behind, as far as the storage looks at it. */
function startOf({ searchParams: query }: URL, storage: Storage) {
  const isVersion2 = query.has("list-type") && storage.version2 === "known";
  const after = isVersion2
    ? storage.startAfter === "kept" && query.get("start-after")
    : storage.marker === "kept" && query.get("marker");
  const place = isVersion2 && storage.token === "kept" ? query.get("continuation-token") : "0";
  return { isVersion2, after: after || "", place: Number(place ?? 0) };
}

function list({ url }: HttpRequest, all: readonly string[], storage: Storage) {
  if (url.searchParams.has("list-type") && storage.version2 === "refused") {
    return answer(400, "<Error><Code>InvalidArgument</Code></Error>");
  }
  const { isVersion2, after, place } = startOf(url, storage);
  const prefix = storage.usesPrefix ? (url.searchParams.get("prefix") ?? "") : "";
  const names = all.filter((name) => name.startsWith(prefix) && name > after);
  const listed = order([...new Set(names)], storage.order);
  const page = listed.slice(place, place + storage.pageMax);
  const isTruncated = listed.length > place + storage.pageMax;
  const token = storage.token === "empty" ? "" : String(place + storage.pageMax);
  const hasToken = isVersion2 && isTruncated && storage.token !== "absent";
  const contents = (storage.doubles ? [...page, ...page] : page).map(
    (name) => `<Contents><Key>${name}</Key></Contents>`,
  );
  const truncated = { right: String(isTruncated), always: "true", "never said": undefined };
  const said = truncated[storage.saysTruncated];
  return answer(
    200,
    `<ListBucketResult>${isVersion2 ? `<KeyCount>${page.length}</KeyCount>` : "<Marker/>"}` +
      `${said === undefined ? "" : `<IsTruncated>${said}</IsTruncated>`}` +
      `${hasToken ? `<NextContinuationToken>${token}</NextContinuationToken>` : ""}` +
      `${contents.join("")}</ListBucketResult>`,
  );
}

/** One run over objects of these letters: `bad` is refused for good, `down` by an outage. */
async function redriveOnce(drawn: Letters, storage: Storage) {
  const places = new Map<string, string[]>();
  for (const [index, { minute, keys }] of drawn.entries()) {
    const time = `2023-11-14T21${String(minute).padStart(2, "0")}00.000Z`;
    const name = `${folder}${time}-${String(index).padStart(2, "0")}.ndjson`;
    places.set(
      name,
      keys.map((key, at) => `${key} ${name} ${at}`),
    );
  }
  const acked: string[] = [];
  const harness = createBucketHarness({
    stream: (request) => {
      const { key, value } = messageOf(request);
      if (key === "bad") {
        return answer(400, '{"status":"400","detail":"Bad Request"}');
      }
      if (key === "down") {
        return answer(503);
      }
      acked.push(value);
      return acknowledged;
    },
    failing: (what, request) => {
      const names = Object.keys(harness.stored()).map((path) => path.slice("letters/".length));
      return what.startsWith("LIST") || request.url.searchParams.has("prefix")
        ? list(request, names, storage)
        : undefined;
    },
  });
  for (const [name, values] of places) {
    const lines = values.map((value) =>
      JSON.stringify({ topic: "orders", key: value.split(" ")[0], value, id: value }),
    );
    harness.place(`letters/${name}`, lines.map((line) => `${line}\n`).join(""));
  }
  for (const name of storage.foreign) {
    harness.place(`letters/${folder}${name}`, "not ours");
  }
  const { open } = redriveAdapters[0];
  const result = await open({ harness: harness.harness, settings }).invoke({});
  const stored = harness.stored();
  return { result, acked, places, stored, happened: harness.happened };
}

function isDeadLetter(path: string): boolean {
  return path.startsWith(`letters/${folder}`) && path.endsWith(".ndjson");
}

test("whatever way a storage lists, nothing is lost, overtaken or said to be gone that is there", async () => {
  vi.unstubAllEnvs();
  await fc.assert(
    fc.asyncProperty(letters, storages, async (drawn, storage) => {
      const { result, acked, places, stored, happened } = await redriveOnce(drawn, storage);

      const values = [...places.values()].flat();
      const all = Object.values(stored).join("\n");
      // What is acknowledged goes, and what is not stays, or lies aside.
      const left = values.filter((value) => all.includes(`"value":"${value}"`));
      expect(left.filter((value) => acked.includes(value))).toEqual([]);
      expect(values.filter((value) => !acked.includes(value)).toSorted()).toEqual(left.toSorted());
      expect(new Set(acked).size).toBe(acked.length);
      // The order of a key holds among what one run delivered.
      const ahead = [...places.keys()].toSorted().flatMap((name) => places.get(name) ?? []);
      for (const key of ["a", "b", "c"]) {
        const ofKey = (value: string) => value.startsWith(`${key} `);
        const sent = acked.filter(ofKey);
        expect(sent).toEqual(ahead.filter((value) => ofKey(value) && sent.includes(value)));
      }
      // An age of 0 is the truth, and the foreign is left alone.
      const remaining = Object.keys(stored).filter(isDeadLetter);
      expect(result["oldestAgeSeconds"] === 0 && remaining.length > 0).toBe(false);
      expect(Object.values(stored).filter((text) => text === "not ours")).toHaveLength(
        new Set(storage.foreign).size,
      );
      expect(happened.filter((what) => what.startsWith("LIST")).length).toBeLessThan(70);
    }),
    { numRuns: 400 },
  );
}, 120_000);
