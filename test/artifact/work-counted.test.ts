import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { nodeBinaries } from "../support/node-binaries.ts";

/** Counts what an artifact does in a process of its own. It never measures time. */
const counter = fileURLToPath(new URL("../support/count-work.cjs", import.meta.url));

type Counts = Readonly<Record<string, number>>;
type Counted = {
  /** Public built-in modules that were loaded. */
  readonly atLoad: readonly string[];
  readonly afterFirst: readonly string[];
  /** Modules that Node.js loaded during the first call. */
  readonly builtInsOfFirst: readonly string[];
  readonly byLoad: Counts;
  readonly byFirst: Counts;
  readonly bySecond: Counts;
  /** The counts of a hundred further calls. */
  readonly byHundred: Counts;
  /** The calls of connect and isIP, in order. */
  readonly netCalls: readonly string[];
  readonly connections: number;
  readonly requests: number;
  readonly inFlightMax: number;
};

const endpointSettings = {
  NCLOUD_ACCESS_KEY: "an-access-key",
  NCLOUD_SECRET_KEY: "a-secret-key",
  DATASTREAM_TOPIC: "orders",
  DATASTREAM_PARTITIONS: 3,
  LOG_LEVEL: "error",
};
const secret = "a-secret-of-github";

function webhookCall(body: string, source: Readonly<Record<string, unknown>> = {}) {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return {
    ...endpointSettings,
    WEBHOOK_SOURCES: { github: { verifier: "github", ...source } },
    WEBHOOK_SECRETS: { github: [secret] },
    ...{ __ow_method: "post", __ow_path: "/github", __ow_query: "" },
    __ow_headers: {
      "content-type": "application/json",
      "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
      "x-github-event": "push",
      "x-hub-signature-256": `sha256=${signature}`,
    },
    __ow_body: Buffer.from(body).toString("base64"),
  };
}

const webhook = webhookCall('{"repository":{"full_name":"octo/relay"}}');
const bucket = {
  ...endpointSettings,
  container_name: "photos",
  object_name: "a.jpg",
  event_name: "x",
};
const event = { ...endpointSettings, orderId: "1" };
const heartbeat = { ...endpointSettings, HEARTBEAT_CRON: "* * * * *" };

const counted = new Map<string, Counted>();

/** Counts each call once: the tests look at different counts of the same calls. */
function count(name: string, call: object, node: string): Counted {
  const input = [counter, `dist/${name}/index.js`, JSON.stringify(call)];
  const key = [node, ...input].join("\n");
  const known = counted.get(key) ?? run(node, input);
  counted.set(key, known);
  return known;
}

function run(node: string, input: readonly string[]): Counted {
  const text = execFileSync(node, input, { encoding: "utf8", maxBuffer: 1024 * 1024 });
  return JSON.parse(text.trim().split("\n").at(-1) ?? "") as Counted;
}

describe.each(nodeBinaries())("the built functions on $name", ({ path: node }) => {
  test.each(["bucket", "event", "heartbeat", "redrive", "webhook"])(
    "%s loads crypto and sockets, and no HTTP client",
    (name) => {
      const { atLoad } = count(name, {}, node);

      const needed = name === "webhook" ? ["buffer"] : [];
      expect(atLoad).toEqual([...needed, "crypto", "net", "tls"]);
    },
  );

  test.each([
    ["bucket", bucket],
    ["heartbeat", heartbeat],
    ["webhook", webhook],
  ] as const)("%s loads nothing more in its first call", (name, call) => {
    const { atLoad, afterFirst, builtInsOfFirst } = count(name, call, node);

    expect(afterFirst.filter((one) => !atLoad.includes(one))).toEqual([]);
    // Node.js loads it when `performance` is used for the first time, which takes a millisecond.
    expect(builtInsOfFirst).not.toContain("NativeModule perf_hooks");
  });

  /** Calls that a warm event makes, beside one timer at most. No event can do without one of them. */
  const perEvent = {
    // The produce signature; the id's hash; the data, the event and the request body as text.
    bucket: { createHmac: 1, hash: 1, parse: 0, stringify: 4 },
    // The data, the event and the request body as text. A tick's id is its time.
    heartbeat: { createHmac: 1, hash: 0, parse: 0, stringify: 3 },
    // The sender's signature too; a hash for an id that is not signed; the body; the event and the request body.
    webhook: { createHmac: 2, hash: 1, parse: 1, stringify: 2 },
  };

  test.each([
    ["bucket", bucket],
    ["heartbeat", heartbeat],
    ["webhook", webhook],
  ] as const)("%s does once what all events share, and little for each event", (name, call) => {
    const { byLoad, byFirst, bySecond, byHundred } = count(name, call, node);

    const nothing = {
      ...{ createSecretKey: 0, createSecureContext: 0, URL: 0 },
      ...{ DateTimeFormat: 0, ignoreCase: 0 },
    };
    const atLoad = { createHmac: 0, hash: 0, parse: 0, stringify: 0, setTimeout: 0 };
    expect(byLoad).toEqual({ ...nothing, ...atLoad });
    expect(byFirst["createSecretKey"]).toBe(1);
    expect(bySecond["createSecretKey"]).toBe(0);
    const { setTimeout: timers, ...counts } = byHundred;
    const perHundred = Object.entries(perEvent[name]).map(([of, times]) => [of, times * 100]);
    expect(counts).toEqual({ ...nothing, ...Object.fromEntries(perHundred) });
    expect(timers).toBeLessThanOrEqual(100);
  });

  test.each([
    ["bucket", bucket],
    ["event", event],
    ["heartbeat", heartbeat],
    ["webhook", webhook],
  ] as const)("%s runs no pattern with the flag i in its first call", (name, call) => {
    const { byLoad, byFirst } = count(name, { ...call, callsAfterFirst: 0 }, node);

    expect([byLoad["ignoreCase"], byFirst["ignoreCase"]]).toEqual([0, 0]);
  });

  test.each([
    ["bucket", bucket],
    ["event", event],
    ["heartbeat", heartbeat],
    ["webhook", webhook],
  ] as const)(
    "%s asks whether a long text is an address once, before its first connection",
    (name, call) => {
      expect(count(name, call, node).netCalls).toEqual(["isIP of 1000 characters", "connect"]);
    },
  );

  test.each([
    [undefined, 0],
    ["UTC", 0],
    ["Europe/Berlin", 1],
  ])(
    "a heartbeat in the zone %s creates %i Intl formats, which take 15 ms each",
    (zone, formats) => {
      const { byFirst, byHundred } = count(
        "heartbeat",
        { ...heartbeat, HEARTBEAT_TIMEZONE: zone },
        node,
      );

      expect(byFirst["DateTimeFormat"]).toBe(formats);
      expect(byHundred["DateTimeFormat"]).toBe(0);
    },
  );

  test("a hundred calls use one connection", () => {
    expect(count("webhook", webhook, node)).toMatchObject({ connections: 1, requests: 102 });
  });

  test("a thousand records of 200 keys make a thousand requests on as many connections as may be in flight", () => {
    const events = Array.from({ length: 1_000 }, (_, index) => ({ id: index, key: index % 200 }));
    const call = {
      ...webhookCall(JSON.stringify({ events }), {
        ...{ split: "/events", key: ["element:/key"], id: ["element:/id"] },
      }),
      DATASTREAM_CONCURRENCY: 16,
      DELIVERY_TIMEOUT_MS: 60_000,
    };
    const counted = count("webhook", { ...call, callsAfterFirst: 0 }, node);

    expect(counted).toMatchObject({ requests: 1_000, connections: 16, inFlightMax: 16 });
    // Requests of one millisecond share their signature.
    expect(counted.byFirst["createHmac"]).toBeLessThan(1_000);
  });
});
