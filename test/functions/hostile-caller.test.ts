import { describe, expect, test } from "vitest";
import { settingNames } from "../../lib/settings/settings.ts";
import { bucket } from "../../lib/triggers/bucket.ts";
import { webhook } from "../../lib/triggers/webhook.ts";
import { openAdapters, stubSettings } from "../support/adapters.ts";
import {
  type HttpCall,
  lambdaEvents,
  toMergedParameters,
  toPlainParameters,
  toRawParameters,
} from "../support/calls.ts";
import { createHarness, type Harness, messageOf } from "../support/harness.ts";
import { type Bag, openSource } from "../support/settings.ts";
import { secretsInUse } from "../support/spoken.ts";

/** Settings that a hostile caller sends. */
const wanted: Readonly<Record<string, string>> = {
  ...Object.fromEntries(settingNames.map((name) => [name, "1"])),
  NCLOUD_ACCESS_KEY: "evil-access-key",
  NCLOUD_SECRET_KEY: "evil-secret-key",
  DATASTREAM_ENDPOINT: "https://evil.example",
  DATASTREAM_TOPIC: "evil",
  DATASTREAM_PARTITIONS: "1",
  WEBHOOK_SOURCES: '{"hook":{"verifier":"none","topic":"evil","value":"raw"}}',
  WEBHOOK_SECRETS: '{"hook":["evil-secret-of-the-hook"]}',
  BUCKET_TOPIC: "evil",
  HEARTBEAT_TOPIC: "evil",
  LOG_LEVEL: "debug",
};

const json = { "content-type": "application/json" };
const form = { "content-type": "application/x-www-form-urlencoded" };
const query = new URLSearchParams(wanted).toString();
const hook = { method: "POST", path: "/hook" };

const calls: readonly (HttpCall & { readonly way: string })[] = [
  { ...hook, way: "query", query, headers: json, body: "{}" },
  { ...hook, way: "JSON body", headers: json, body: JSON.stringify(wanted) },
  { ...hook, way: "form body", headers: form, body: query },
  { ...hook, way: "headers", headers: { ...json, ...wanted }, body: "{}" },
  { ...hook, way: "query of a GET", method: "GET", query },
  {
    ...hook,
    way: "all at once",
    query,
    headers: { ...json, ...wanted },
    body: JSON.stringify(wanted),
  },
];

const settings = openSource({ methods: ["POST", "GET"] });

/** Checks that everything was sent as the bound settings say, with the bound key. */
function expectBound({ requests, lines }: Harness): void {
  for (const request of requests) {
    const { headers, url } = request;
    expect(url.origin).toBe("https://api.datastream.naverncp.com");
    expect(messageOf(request)).toMatchObject({ topic: "orders" });
    expect(headers[headers.indexOf("x-ncp-iam-access-key") + 1]).toBe(secretsInUse.ncloudAccessKey);
    expect(messageOf(request).value).toMatch(/^\{"specversion":"1.0"/);
  }
  expect(lines.join("\n")).not.toContain("evil");
}

describe.each(calls)("settings in the $way of a caller", (call) => {
  test.for([
    ["base64", toRawParameters],
    ["plain text", toPlainParameters],
  ] as const)("settings have no effect on raw HTTP with %s", async ([, toParameters]) => {
    const harness = createHarness();

    const result = await openAdapters(webhook(), harness).main(toParameters(call, settings));

    expect(result).toMatchObject({ statusCode: 200 });
    expect(harness.requests).toHaveLength(1);
    expectBound(harness);
  });

  test.for([
    ["webhook", 500],
    ["bucket", 404],
  ] as const)("settings do not reach %s without raw HTTP", async ([name, statusCode]) => {
    const harness = createHarness();
    const { main } =
      name === "bucket" ? openAdapters(bucket, harness) : openAdapters(webhook(), harness);

    const result = await main(toMergedParameters(call, settings));

    expect(result).toMatchObject({ statusCode });
    expect(harness.requests).toEqual([]);
    expect(harness.lines.join("\n")).not.toContain("evil");
  });

  test("settings do not reach an action that has no settings of its own", async () => {
    const harness = createHarness();
    const { main } = openAdapters(webhook(), harness);

    const raw = await main(toRawParameters(call));
    const merged = await main(toMergedParameters(call));

    expect([raw, merged]).toMatchObject([{ statusCode: 500 }, { statusCode: 500 }]);
    expect(harness.requests).toEqual([]);
  });

  test.for(lambdaEvents)("settings have no effect on Lambda's $name", async ({ toEvent }) => {
    const harness = createHarness();
    stubSettings(settings);

    const result = await openAdapters(webhook(), harness).handler({ ...toEvent(call) });

    expect(result).toMatchObject({ statusCode: 200 });
    expectBound(harness);
  });
});

test("settings beside a Lambda event have no effect", async () => {
  const harness = createHarness();
  const bound: Bag = { ...settings };
  stubSettings(bound);

  await openAdapters(bucket, harness).handler({ ...wanted, object_name: "a.txt" });

  expect(harness.requests).toHaveLength(1);
  expectBound(harness);
});
