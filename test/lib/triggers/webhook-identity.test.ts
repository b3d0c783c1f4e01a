import { describe, expect, test } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { httpAdapters, logged, produced } from "../../support/adapters.ts";
import { githubCall, hookCall, push, pushCall } from "../../support/deliveries.ts";
import { createHarness } from "../../support/harness.ts";
import { openSource, webhookSettings } from "../../support/settings.ts";

const delivery = "72d3162e-cc78-11e3-81ab-4c9367dc0958";

describe.each(httpAdapters)("a webhook through $name", ({ open }) => {
  async function produce(options: object, bodies: readonly string[], headers = {}) {
    const harness = createHarness();
    const { http } = open(webhook(), { harness, settings: openSource({ ...options }) });
    for (const body of bodies) {
      const call = hookCall(body);
      await http({ ...call, headers: { ...call.headers, ...headers } });
    }
    const messages = produced(harness);
    return messages.map(({ key, value, partition }) => {
      return { key, partition, id: JSON.parse(value).id as unknown };
    });
  }

  test("equal deliveries have equal ids, and another body has another id", async () => {
    const harness = createHarness();
    const { http } = open(webhook(), { harness, settings: webhookSettings });

    await http(pushCall);
    harness.advance(60_000);
    await http(pushCall);
    await http(
      githubCall("{}", "sha256=d4b215a3aaa148df1c3b7de8fda2472d59e3efd980e15eeb26749fc282a3af1c"),
    );

    const ids = produced(harness).map(({ value }) => JSON.parse(value).id as unknown);
    expect(ids).toEqual([
      `${delivery}-${push.bodyHash}`,
      `${delivery}-${push.bodyHash}`,
      // printf '{}' | openssl dgst -sha256
      `${delivery}-44136fa355b3678a1146ad16f7e8649e`,
    ]);
  });

  test("a delivery without an id has the hash of source and body as its id and key", async () => {
    // printf 'hook\n\n{"a":1}' | openssl dgst -sha256
    const hash = "b3cb563e8dae21c339d0e1940467977999e88a5a38fd425705f16fb326c19e68";

    expect(await produce({}, ['{"a":1}', '{"a":1}'])).toMatchObject([
      { id: hash, key: hash },
      { id: hash, key: hash },
    ]);
  });

  test("a delivery with the selector call gets a new id for each call", async () => {
    const messages = await produce({ id: ["call"] }, ["{}", "{}"]);

    expect(new Set(messages.map(({ id }) => id)).size).toBe(2);
  });

  test("a delivery has the key of the source's selectors", async () => {
    const key = ["header:x-no", "body:/id", "const:none"];

    expect(
      await produce({ key }, ['{"id":12345678901234567890}', '{"id":"a"}', "{}"]),
    ).toMatchObject([{ key: "12345678901234567890" }, { key: "a" }, { key: "none" }]);
  });

  test.for([
    // UtilsTest of Apache Kafka: murmur2 is -790332482, -985981536 and -973932308.
    ["foobar", 0],
    ["a-little-bit-long-string", 2],
    ["21", 0],
  ] as const)(
    "a delivery with the key %s goes to Kafka's partition %i of 3",
    async ([key, partition]) => {
      expect(await produce({ key: [`const:${key}`] }, ["{}"])).toMatchObject([{ key, partition }]);
    },
  );

  test("a GitHub delivery without a repository has the organization as its key, else the id", async () => {
    const harness = createHarness();
    const { http } = open(webhook(), { harness, settings: webhookSettings });

    await http(
      githubCall(
        '{"organization":{"login":"octo"}}',
        "sha256=92a1c37628dc0324451407d218c687407bfacb28844b4cc623c6c1dd77047e62",
      ),
    );
    await http(
      githubCall("[1]", "sha256=25ce4e2e67b2c0634a9683a233d22de3e54316416d08c780ace37063ba2f351b"),
    );

    expect(produced(harness).map(({ key }) => key)).toEqual([
      "octo",
      // printf '[1]' | openssl dgst -sha256
      `${delivery}-080a9ed428559ef602668b4c00f114f1`,
    ]);
  });

  test("a GitHub delivery signed with the previous secret is accepted, and the log says so", async () => {
    const harness = createHarness();
    const { http } = open(webhook(), { harness, settings: webhookSettings });

    const { status } = await http(githubCall(push.body, push.signatureOfOldSecret));

    expect(status).toBe(200);
    expect(logged(harness)).toContainEqual(
      expect.objectContaining({ message: "source github verified by secret 2 of 2" }),
    );
  });

  test("an unverified delivery gets the body's hash appended to every id", async () => {
    // printf '{"id":"e-1"}' | openssl dgst -sha256
    const hash = "91efc6eb5ac3f6e06b6e76cf4776e2e5";

    expect(await produce({ id: ["body:/id"] }, ['{"id":"e-1"}'])).toMatchObject([
      { id: `e-1-${hash}` },
    ]);
    expect(
      await produce({ id: ["header:x-id"] }, ['{"id":"e-1"}'], { "X-Id": "h-1" }),
    ).toMatchObject([{ id: `h-1-${hash}` }]);
  });
});
