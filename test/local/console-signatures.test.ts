import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sampleOf } from "../../local/functions-console/samples.ts";
import { findSigner } from "../../local/functions-console/sign-webhook.ts";
import { senders } from "../support/senders.ts";

describe("the console's signatures", () => {
  const signed = senders.filter(
    ({ verifier, algorithm }) => algorithm !== "ed25519" && verifier !== "twilio",
  );

  it.each(signed)("of $name are those that its provider's documents describe", (sender) => {
    const nowMs = 1_700_000_000_000;
    const body = sender.bodyAt(nowMs);
    const { secret, options, contentType } = sender;
    const expected = new Headers(sender.sign(Buffer.from(body), { secret, nowMs, contentType }));

    const made = new Headers(findSigner(sender.verifier)?.({ body, secret, options, nowMs }));

    // A signed id is a fresh one each time: that header is compared by how it is made.
    const id = [...made].find(([name]) => /^(webhook|svix)-id$/.test(name))?.[1];
    if (id !== undefined && sender.header.endsWith("-signature")) {
      const key = Buffer.from(secret.slice(6), "base64");
      const digest = createHmac("sha256", key).update(`${id}.1700000000.${body}`).digest("base64");
      expect(made.get(sender.header)).toBe(`v1,${digest}`);
    } else {
      expect(made.get(sender.header)).toBe(expected.get(sender.header));
      for (const [name, value] of made) {
        expect([name, value]).toEqual([name, expected.get(name)]);
      }
    }
  });

  it("have a sample for each, in JSON once it is filled in", () => {
    for (const { verifier } of signed) {
      const body = sampleOf(verifier).body.replaceAll("{{ms}}", "1");
      expect(JSON.parse(body)).toBeTypeOf("object");
    }
  });
});
