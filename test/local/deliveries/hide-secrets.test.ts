import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHideSecrets } from "../../../local/deliveries/hide-secrets.ts";

const secret = 'canary/secret+with "quotes" 한글-77';
const key = Buffer.from("canary-decoded-key-0042").toString("base64");
const hide = createHideSecrets({
  WEBHOOK_SECRETS: JSON.stringify({
    shop: [secret, "abc"],
    standard: [`whsec_${key}`],
    reports: ["canary-user:canary-password-9"],
    "shop.verifyToken": ["canary-verify-token-3"],
  }),
  NCLOUD_SECRET_KEY: "canary-ncloud-key-5",
  STANDIN_SIGNING_KEY: "canary-signing-key-6",
  DATASTREAM_TOPIC: "local-events",
});

const secrets = [secret, key, "canary-decoded-key-0042", "canary-password-9"];
const others = ["canary-verify-token-3", "canary-ncloud-key-5", "canary-signing-key-6"];

const forms: readonly (readonly [string, (text: string) => string])[] = [
  ["as it is", (text) => text],
  ["in JSON", (text) => JSON.stringify({ text })],
  ["in a URL", (text) => `a=${encodeURIComponent(text)}`],
  ["in a form", (text) => new URLSearchParams({ text }).toString()],
  ["in Base64", (text) => Buffer.from(text).toString("base64")],
  ["in Base64 among other text", (text) => Buffer.from(`x${text}yz`).toString("base64")],
  ["in Base64url", (text) => Buffer.from(text).toString("base64url")],
  ["in hex", (text) => Buffer.from(text).toString("hex")],
];

describe("the hiding of secrets", () => {
  test.each(forms)("a secret %s is not left in a text", (_, write) => {
    for (const one of [...secrets, ...others]) {
      const written = `before ${write(one)} after`;
      const shown = hide.text(written);

      expect(shown).not.toContain(write(one));
      expect(shown).toContain("•••");
      expect(shown).toMatch(/^before .* after$/);
    }
  });

  test("texts and names of a JSON value are looked at, at any depth", () => {
    const shown = JSON.stringify(hide.json({ a: [{ [secret]: 1 }, null, 2, `x ${secret}`] }));

    expect(shown).toBe('{"a":[{"•••":1},null,2,"x •••"]}');
  });

  test("bytes that are no UTF-8 lose the secret and nothing else", () => {
    const bytes = Buffer.concat([
      Buffer.from([0xff, 0x00]),
      Buffer.from(secret),
      Buffer.from([0xfe]),
    ]);

    expect(hide.bytes(bytes)).toEqual(
      Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from("•••"), Buffer.from([0xfe])]),
    );
  });

  test("texts without a secret stay as they are, and a short secret hides no words", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(hide.text(text)).toBe(text);
      }),
    );
    expect(hide.text("abc local-events")).toBe("abc local-events");
  });
});
