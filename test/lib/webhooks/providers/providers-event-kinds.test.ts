import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toMessage } from "../../../../lib/model/record.ts";
import { toRecords } from "../../../../lib/webhooks/mapping/records.ts";
import { providers } from "../../../../lib/webhooks/providers/providers.ts";
import { startMs } from "../../../support/harness.ts";
import { senders } from "../../../support/senders.ts";
import { parse } from "../../../support/sources.ts";

/** Deliveries of the same form. `{kind}` is replaced by each of the kinds. */
type Shape = {
  readonly kinds: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The body, if it is a form. */
  readonly form?: string;
  readonly type: string;
  readonly key: string;
  readonly subject?: string;
  /** Absent if it is made of the body's hash. */
  readonly id?: string;
};
type Vectors = {
  readonly documents: readonly string[];
  readonly read: string;
  /** The source in place of the documents, or the part of them that was not read. */
  readonly note?: string;
  /** Options that the provider's source needs. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly shapes: readonly Shape[];
};

const folder = new URL("../../../vectors/event-kinds/", import.meta.url);

function vectorsOf(provider: string): Vectors {
  return JSON.parse(readFileSync(new URL(`${provider}.json`, folder), "utf8"));
}

function asKind(shape: Shape, kind: string): Shape {
  return JSON.parse(JSON.stringify(shape).replaceAll("{kind}", kind));
}

/** Returns the CloudEvents attributes of a verified delivery. */
function read(
  provider: string,
  { headers = {}, body, form }: Pick<Shape, "headers" | "body" | "form">,
) {
  const secret = senders.find(({ name }) => name === provider)?.secret;
  const options = { verifier: provider, ...vectorsOf(provider).options };
  const parsed = parse({ hook: options }, { hook: [secret] });
  const source = parsed.ok ? parsed.value.byName.get("hook") : undefined;
  if (source === undefined) {
    throw new Error(`${provider} is no source`);
  }
  const lowered = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  const bytes = Buffer.from(form ?? JSON.stringify(body));
  const delivery = {
    source,
    headers: new Map(lowered),
    contentType: form === undefined ? "application/json" : "application/x-www-form-urlencoded",
    body: bytes,
    provenBytes: bytes,
    secretIndex: 0,
  };
  const context = {
    arrivedMs: startMs,
    invocationId: "call",
    newId: () => "fresh",
    sleep: async () => undefined,
  };
  const { records, endings } = toRecords(delivery, context);
  expect(endings).toEqual([]);
  expect(records).toHaveLength(1);
  return records.map((record) => {
    const { key, value } = toMessage({ ...record, topic: "orders", partition: 0 });
    const { id, type, subject, partitionkey } = JSON.parse(value) as Record<string, unknown>;
    expect(partitionkey).toBe(key);
    return { id, type, subject, key };
  })[0];
}

const kinds = Object.keys(providers).flatMap((provider) =>
  vectorsOf(provider).shapes.flatMap((shape) =>
    shape.kinds.map((kind) => [provider, kind, asKind(shape, kind)] as const),
  ),
);

describe("a kind of event that a provider documents", () => {
  test("every preset has a file of event kinds, with the documents and the day of reading", () => {
    const files = readdirSync(folder).map((name) => name.replace(/\.json$/, ""));

    expect(new Set(files)).toEqual(new Set(Object.keys(providers)));
    for (const file of files) {
      const { documents, read: day } = vectorsOf(file);
      expect(documents.every((one) => one.startsWith("https://"))).toBe(true);
      expect(day).toMatch(/^2026-\d\d-\d\d$/);
    }
  });

  test.for(kinds)("the kind %s %s has its type, key, subject and id", ([provider, , shape]) => {
    const { type, key, subject, id = expect.any(String) } = shape;

    expect(read(provider, shape)).toEqual({ id, type, subject, key });
  });
});

const names = fc.stringMatching(/^[a-z]{1,12}(_[a-z]{1,12})?$/);
const others = fc.dictionary(names, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
const chat = -1_001_234_567_890;

describe("a kind of event that no document lists yet", () => {
  test("an unknown kind of Telegram is typed by its name and keyed by its chat", () => {
    const insides = fc.constantFrom({ chat: { id: chat } }, { message: { chat: { id: chat } } });
    fc.assert(
      fc.property(names, insides, others, (kind, inside, rest) => {
        fc.pre(kind !== "update_id");
        const { chat: _, message: __, ...more } = rest;
        const body = { update_id: 1, [kind]: { ...more, ...inside } };

        expect(read("telegram", { body })).toMatchObject({
          ...{ id: "1", type: `org.telegram.${kind}`, key: String(chat) },
        });
      }),
    );
  });

  test("an unknown kind of Telegram has a type and a key whatever its object holds", () => {
    fc.assert(
      fc.property(names, others, (kind, body) => {
        fc.pre(kind !== "update_id");
        const event = read("telegram", { body: { update_id: 1, [kind]: body } });

        expect(event).toMatchObject({
          type: `org.telegram.${kind}`,
          key: expect.stringMatching(/./),
        });
      }),
    );
  });

  test("an unknown kind of Slack is keyed by the channel wherever it is, else by the workspace", () => {
    const channels = fc.constantFrom(
      { channel: "C1" },
      { channel: { id: "C1", name: "x" } },
      { channel_id: "C1" },
      { item: { channel: "C1" } },
    );
    const given = fc.tuple(fc.option(channels, { nil: {} }), others);
    fc.assert(
      fc.property(names, given, (kind, [where, rest]) => {
        const { channel: _, channel_id: __, item: ___, assistant_thread: ____, ...more } = rest;
        const event = { ...more, type: kind, ...where };
        const body = { type: "event_callback", team_id: "T1", event_id: "Ev1", event };

        expect(read("slack", { body })).toEqual({
          ...{ id: "Ev1", type: `com.slack.${kind}`, subject: undefined },
          key: Object.keys(where).length === 0 ? "T1" : "C1",
        });
      }),
    );
  });
});
