import { describe, expect, test } from "vitest";
import type { HttpRequest, HttpResponse } from "../../lib/effects/transport.ts";
import { logged } from "../support/adapters.ts";
import { createBucketHarness, redriveAdapters } from "../support/buckets.ts";
import { answer } from "../support/harness.ts";
import { streamSettings } from "../support/settings.ts";

/** One redrive against storages that answer as S3 does not, and proxies that answer in a storage's place. */

const folder = "datastream-relay/dead-letters/";
const settings = { ...streamSettings, DEAD_LETTER_BUCKET: "letters" };
const names = ["01", "02", "03"].map((day) => `${folder}2023-11-${day}T000000.000Z-call.ndjson`);
const [first = ""] = names;

type Failing = (what: string, request: HttpRequest) => HttpResponse | undefined;

/** Makes one run over three objects of one record each. */
async function redrive(failing: Failing) {
  const given = createBucketHarness({ failing });
  for (const [index, name] of names.entries()) {
    const record = { topic: "orders", key: `k${index}`, value: `v${index}`, id: `i${index}` };
    given.place(`letters/${name}`, `${JSON.stringify(record)}\n`);
  }
  const result = await redriveAdapters[0].open({ harness: given.harness, settings }).invoke({});
  const sent = given.messages.map(({ value }) => value).toSorted();
  return { ...given, result, sent, left: Object.keys(given.stored()) };
}

const paths = names.map((name) => `letters/${name}`);
const html = "<html><h1>404 Not Found</h1></html>";

describe("a 404 that is not the storage's own", () => {
  test("a page for an object is not taken for its absence, and the run goes on and fails", async () => {
    const { result, sent, left, harness } = await redrive((what) =>
      what === `GET letters/${first}` ? answer(404, html) : undefined,
    );

    expect(sent).toEqual(["v1", "v2"]);
    expect(left).toEqual([`letters/${first}`]);
    expect(result["error"]).toBe("DEAD_LETTER_UNREADABLE: 0 refused, 1 failed, 0 not attempted");
    expect(result["oldestAgeSeconds"]).not.toBe(0);
    expect(logged(harness)).toContainEqual(
      expect.objectContaining({ name: first, reason: "object storage: HTTP 404" }),
    );
  });

  test("pages for all removals end the run before anything is sent", async () => {
    const { result, sent, left } = await redrive((what) =>
      what.startsWith("DELETE") ? answer(404, html) : undefined,
    );

    expect(sent).toEqual([]);
    expect(left).toEqual(paths);
    expect(result["error"]).toBe("STORAGE_REJECTED: 0 refused, 1 failed, 0 not attempted");
  });
});

/** Writes a page of a listing. Names are as the storage writes them. */
function toPage(listed: readonly string[], more: string): HttpResponse {
  const contents = listed.map((name) => `<Contents><Key>${name}</Key></Contents>`);
  return answer(200, `<ListBucketResult>${more}${contents.join("")}</ListBucketResult>`);
}

const listing =
  (toAnswer: (query: URLSearchParams, left: readonly string[]) => HttpResponse) =>
  (given: { readonly left: () => readonly string[] }): Failing =>
  (what, { url }) =>
    what.startsWith("LIST") || url.searchParams.has("prefix")
      ? toAnswer(url.searchParams, given.left())
      : undefined;

/** Makes one run over a storage that lists what is left in its own way. */
async function redriveListed(toFailing: ReturnType<typeof listing>) {
  const removed = new Set<string>();
  const left = () => names.filter((name) => !removed.has(name));
  const failing = toFailing({ left });
  return redrive((what, request) => {
    const path = what.startsWith("DELETE letters/") ? what.slice("DELETE letters/".length) : "";
    removed.add(path);
    return failing(what, request);
  });
}

const all = expect.objectContaining({
  delivered: 3,
  failed: 0,
  notAttempted: 0,
  oldestAgeSeconds: 0,
});

describe("a listing", () => {
  test.for(["True|False", "1|0", "<![CDATA[true]]>|<![CDATA[false]]>"])(
    "a listing that says %s of its pages is read to its end",
    async (words) => {
      const [yes, no] = words.split("|");
      const { result, left } = await redriveListed(
        listing((query, there) => {
          const from = Number(query.get("continuation-token") ?? 0);
          const isTruncated = from < there.length - 1;
          const token = isTruncated
            ? `<NextContinuationToken>${from + 1}</NextContinuationToken>`
            : "";
          return toPage(
            there.slice(from, from + 1),
            `<KeyCount>1</KeyCount><IsTruncated>${isTruncated ? yes : no}</IsTruncated>${token}`,
          );
        }),
      );

      expect(result).toEqual(all);
      expect(left).toEqual([]);
    },
  );

  test("a token is followed although the page says that it is the last", async () => {
    const { result } = await redriveListed(
      listing((query, there) => {
        const from = Number(query.get("continuation-token") ?? 0);
        return toPage(
          there.slice(from, from + 1),
          `<IsTruncated>false</IsTruncated><NextContinuationToken>${from + 1}</NextContinuationToken>`,
        );
      }),
    );

    expect(result).toEqual(all);
  });

  // Names of removed versions leave empty pages in a bucket with versions.
  test("empty pages with new tokens are followed", async () => {
    const { result } = await redriveListed(
      listing((query, there) => {
        const page = Number(query.get("continuation-token") ?? 0);
        return page < 40
          ? toPage(
              [],
              `<IsTruncated>true</IsTruncated><NextContinuationToken>${page + 1}</NextContinuationToken>`,
            )
          : toPage(there, "<IsTruncated>false</IsTruncated>");
      }),
    );

    expect(result).toEqual(all);
  });

  test("empty pages without end are given up, and the run is not complete", async () => {
    const { result, happened } = await redriveListed(
      listing((query) => {
        const token = Number(query.get("continuation-token") ?? 0) + 1;
        return toPage(
          [],
          `<IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken>`,
        );
      }),
    );

    expect(happened).toHaveLength(100);
    expect(result["error"]).toBe("0 refused, 0 failed, 1 not attempted");
    expect(result).not.toHaveProperty("oldestAgeSeconds");
  });

  // 100,000 names of 1,000 characters would need more memory than the smallest function has.
  test("a listing of long names ends at 12 MiB of them", async () => {
    let pages = 0;
    const { result, harness } = await redriveListed(
      listing(() => {
        pages += 1;
        return toPage(
          Array.from({ length: 1_000 }, (_, at) => `${"x".repeat(1_014)}${pages * 1_000 + at}`),
          `<IsTruncated>true</IsTruncated><NextContinuationToken>${pages}</NextContinuationToken>`,
        );
      }),
    );

    expect(pages).toBe(13);
    expect(result["error"]).toBe("0 refused, 0 failed, 1 not attempted");
    expect(logged(harness)).toContainEqual(
      expect.objectContaining({
        message: "the listing of dead letters is not complete: there are 13000 names and more",
      }),
    );
  });

  test.for([
    ["a slash before them", (name: string) => `/${name}`],
    ["the bucket before them", (name: string) => `letters/${name}`],
    ["encoded slashes", (name: string) => name.replaceAll("/", "%2F")],
  ] as const)(
    "dead letters whose names are listed with %s are not taken for foreign objects",
    async ([, toListed]) => {
      const { result, harness, left } = await redriveListed(
        listing((_, there) => toPage(there.map(toListed), "<IsTruncated>false</IsTruncated>")),
      );

      expect(left).toEqual(paths);
      expect(result["error"]).toBe("DEAD_LETTER_UNREADABLE: 0 refused, 3 failed, 0 not attempted");
      expect(result["oldestAgeSeconds"]).not.toBe(0);
      expect(logged(harness)).toContainEqual(expect.objectContaining({ name: toListed(first) }));
    },
  );
});
