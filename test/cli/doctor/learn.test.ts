import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runDoctor } from "../../../cli/doctor/command.ts";
import { toBodyShape } from "../../../cli/doctor/facts/body-shape.ts";
import { recordCalls } from "../../../cli/doctor/facts/record-calls.ts";
import { createShownNames } from "../../../cli/doctor/facts/shown-names.ts";
import type { HttpRequest, HttpResponse } from "../../../lib/effects/transport.ts";
import { startWorld } from "../../local/harness.ts";
import { answer } from "../../support/harness.ts";
import { accessKeys, keys, runCommand, temporaryFolder } from "../shared/terminal.ts";

const settings = {
  ...keys,
  DATASTREAM_TOPIC: "h4j6l-orders",
  DATASTREAM_PARTITIONS: "3",
  DEAD_LETTER_BUCKET: "canary-bucket",
};

type Answers = Readonly<Record<string, HttpResponse>>;

/** Runs the doctor with scripted answers, and returns the text of the file. */
async function learn(answers: Answers, argv: readonly string[] = ["--produce"]) {
  const file = join(temporaryFolder(), "facts.json");
  const transport = async ({ method, url }: HttpRequest) =>
    answers[`${method} ${url.pathname}`] ?? answer(404, "");
  const { code, out } = await runCommand(runDoctor, [...argv, "--learn", file], {
    settings,
    effects: { transport },
  });
  return { code, out, text: readFileSync(file, "utf8") };
}

describe("the file of --learn", () => {
  test("the file says what the APIs answered, and which acknowledgement fits", async () => {
    const headers = { "content-type": "application/json", "x-ncp-request-id": "0b9c3f6e" };
    const topic = {
      ...{ topicId: "aB3dE5fG7h", topicName: "h4j6l-orders", description: null, partitions: 3 },
      ...{ retentionMilliseconds: 86_400_000, pinned: false, status: "CREATED", newField: [1] },
    };
    const { text } = await learn({
      "GET /api/produce": answer(405, "<html>no</html>", { allow: "POST" }),
      "GET /api/v1/topic-prefix": answer(200, '{"prefix":"h4j6l-"}', headers),
      "GET /api/v1/topics": answer(200, JSON.stringify({ topics: [topic, topic] }), headers),
      "POST /api/produce": answer(200, '{"status":"200","detail":"OK"}', headers),
    });

    const named = { server: "NAVER Cloud", headers: ["content-type", "x-ncp-request-id"] };
    expect(JSON.parse(text)).toEqual({
      format: "datastream-relay facts 1",
      testMessage: "ok",
      acknowledgement: "documented",
      calls: [
        {
          ...{ call: "GET /api/produce", server: "NAVER Cloud", status: 405, headers: ["allow"] },
          body: "HTML or XML",
        },
        {
          ...{ call: "GET /api/v1/topic-prefix", ...named, status: 200 },
          body: { prefix: "string" },
        },
        {
          ...{ call: "GET /api/v1/topics", ...named, status: 200 },
          body: {
            topics: [
              {
                ...{ topicId: "string", topicName: "string", description: "null" },
                ...{ partitions: "number", retentionMilliseconds: "number", pinned: "boolean" },
                ...{ status: "string CREATED", newField: ["number"] },
              },
            ],
          },
        },
        {
          ...{ call: "POST /api/produce", ...named, status: 200 },
          body: { status: "string 200", detail: "string OK" },
        },
      ],
    });
  });

  test.for([
    ["", "any-2xx", "failed STREAM_NOT_THE_API", "empty"],
    ['{"offset":"12"}', "any-2xx", "failed STREAM_NOT_THE_API", { offset: "string" }],
    ['{"error":{"errorCode":"900","message":"no"}}', "none fits", "failed STREAM_NOT_THE_API", {}],
  ] as const)(
    "the acknowledgement for the body %j is %s",
    async ([body, acknowledgement, row, shape]) => {
      const { text } = await learn({ "POST /api/produce": answer(200, body) });

      const facts = JSON.parse(text) as { calls: { body: unknown }[] };
      expect(facts).toMatchObject({ acknowledgement, testMessage: row });
      expect(facts.calls.at(-1)?.body).toMatchObject(
        typeof shape === "string" ? expect.stringMatching(shape) : shape,
      );
    },
  );

  test("a request without a response has its cause and no more", async () => {
    const { text } = await learn({
      "POST /api/produce": {
        ...{ kind: "noResponse", sent: "never", cause: "connection", staleSocket: false },
        code: "ECONNREFUSED",
      },
    });

    expect(JSON.parse(text).calls.at(-1)).toEqual({
      ...{ call: "POST /api/produce", server: "NAVER Cloud" },
      ...{ noResponse: "connection", code: "ECONNREFUSED" },
    });
    expect(JSON.parse(text).acknowledgement).toBe("unknown");
  });
});

test("the file keeps the first calls and the last one of many, and no calls of other APIs", async () => {
  let status = 500;
  const { transport, recorded } = recordCalls(async () => answer(status++));
  const request = { method: "POST", headers: [], body: "", timeoutMs: 1 };

  for (let count = 0; count < 30; count++) {
    await transport({ ...request, url: new URL("https://a.example/api/produce") });
  }
  await transport({ ...request, url: new URL("https://a.example/bucket") });

  expect(recorded).toHaveLength(20);
  expect(recorded.at(-1)?.response).toMatchObject({ status: 529 });
});

describe("the privacy of the file", () => {
  const canary = "canary7value";
  const privateTexts = [
    ...Object.values(keys),
    ...["h4j6l", "orders", "canary", "aB3dE5fG7h", "0b9c3f6e", "2026-11-30", "4711"],
  ];
  const echo = {
    status: canary,
    detail: canary,
    code: 4711,
    errorCode: canary,
    prefix: "h4j6l-",
    list: { "h4j6l-orders": { orders: 4711, aB3dE5fG7h: "h4j6l-orders" } },
    topics: [{ topicName: "h4j6l-orders", status: canary }, [canary], canary, 4711],
    [keys.NCLOUD_ACCESS_KEY]: keys.NCLOUD_SECRET_KEY,
    [canary]: { "0b9c3f6e": "2026-11-30T00:00:00Z" },
    message: `orders of ${keys.NCLOUD_ACCESS_KEY}`,
  };
  const headers = {
    "x-ncp-request-id": "0b9c3f6e",
    "x-h4j6l-orders": canary,
    "x-0b9c3f6e": canary,
    [canary]: "h4j6l-orders",
    date: "Mon, 30 Nov 2026 00:00:00 GMT",
  };
  const bodies = [
    JSON.stringify(echo),
    JSON.stringify([echo]),
    JSON.stringify({ error: echo }),
    JSON.stringify({ status: "200", detail: "OK", prefix: "h4j6l-", extra: echo }),
    `<html>${JSON.stringify(echo)}`,
    `${canary} h4j6l-orders`,
    JSON.stringify(canary),
    `{"${canary}":`,
  ];

  test.each(
    bodies.flatMap((body) =>
      [200, 204, 400, 401, 403, 404, 429, 503].map((status) => [status, body] as const),
    ),
  )("no answer of HTTP %i with the body %s leaves a value in the file", async (status, body) => {
    const one = answer(status, body, headers);

    const { text } = await learn({
      "GET /api/produce": one,
      "GET /api/v1/topic-prefix": one,
      "GET /api/v1/topics": one,
      "POST /api/produce": one,
    });

    expect(JSON.parse(text).calls.length).toBeGreaterThan(1);
    for (const secret of privateTexts) {
      expect(text).not.toContain(secret);
    }
  });

  test("no text of any body is in its shape, and the shape is made of any text", () => {
    const { field } = createShownNames(["h4j6l-orders"]);
    const stringUnit = fc.string().map((text) => `~${text}`);

    fc.assert(
      fc.property(fc.jsonValue({ stringUnit }), (body) => {
        expect(JSON.stringify(toBodyShape(JSON.stringify(body), field))).not.toContain("~");
      }),
    );
    fc.assert(fc.property(fc.string(), (body) => void toBodyShape(body, field)));
  });

  test("a name that is a part of a private text is hidden, unless it is documented", () => {
    const { field, header } = createShownNames(["h4j6l-orders", "topicName"]);

    expect(["orders", "myOrdersList", "topicName", "requestId", "aB3dE5fG7h"].map(field)).toEqual([
      ...["?", "myOrdersList", "topicName", "requestId", "?"],
    ]);
    expect(
      ["x-orders", "orders", "x-rate-limit", "x-b3-traceid", "x-0b9c3f6e"].map(header),
    ).toEqual(["x-orders", "?", "x-rate-limit", "x-b3-traceid", "?"]);
  });
});

describe("the row of --learn", () => {
  async function run(argv: readonly string[], given: Readonly<Record<string, string>> = settings) {
    const { DEAD_LETTER_BUCKET: _, ...rest }: Record<string, string> = given;
    const emulator = await startWorld({
      ...{ topics: { "h4j6l-orders": 3 }, accessKeys, now: Date.now },
    });
    const ended = await runCommand(runDoctor, [...argv, "--json"], {
      settings: { ...rest, ...(given === settings && { DATASTREAM_ENDPOINT: emulator.origin }) },
    });
    const { checks } = JSON.parse(ended.out) as { checks: { check: string }[] };
    return { code: ended.code, row: checks.find(({ check }) => check === "facts") };
  }

  test("the row says where the file is and where to send it, and a second run replaces it", async () => {
    const file = join(temporaryFolder(), "facts.json");

    for (const _ of [1, 2]) {
      const { code, row } = await run(["--produce", "--learn", file]);
      expect(code).toBe(0);
      expect(row).toMatchObject({
        verdict: "ok",
        found: `written to ${file}, without key, topic, prefix, id or body`,
        todo: expect.stringContaining("docs/naver-cloud-unknowns.md#"),
      });
    }
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      acknowledgement: "documented",
      calls: [{ server: "other" }, {}, {}, {}],
    });
  });

  test("the row warns without --produce that the file lacks the produce API", async () => {
    const { code, row } = await run(["--learn", join(temporaryFolder(), "facts.json")]);

    expect(code).toBe(0);
    expect(row).toMatchObject({
      verdict: "warning",
      todo: expect.stringMatching(/^run with --produce too/),
    });
  });

  test("a file that is not ours stays as it is", async () => {
    const file = join(temporaryFolder(), "package.json");
    writeFileSync(file, '{"name":"mine"}');

    const { code, row } = await run(["--produce", "--learn", file]);

    expect(code).toBe(1);
    expect(row).toMatchObject({
      verdict: "failed",
      found: `${file} exists and is not a file of facts`,
    });
    expect(readFileSync(file, "utf8")).toBe('{"name":"mine"}');
  });

  test.each([
    ["/nowhere/facts.json", "cannot be written (ENOENT)"],
    [".", "exists and is not a file of facts"],
  ])("the file %s is a failed row", async (file, found) => {
    expect((await run(["--learn", file])).row).toMatchObject({
      verdict: "failed",
      found: `${file} ${found}`,
    });
  });

  test("no file is written with wrong settings, because nothing was asked", async () => {
    const file = join(temporaryFolder(), "facts.json");

    expect((await run(["--learn", file], {})).row).toMatchObject({ verdict: "skipped" });
    expect(() => readFileSync(file)).toThrow("ENOENT");
  });

  test("the row is there only if it was asked for", async () => {
    expect((await run([])).row).toBeUndefined();
  });
});
