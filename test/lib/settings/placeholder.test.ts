import { readFileSync } from "node:fs";
import { parse } from "dotenv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPlaceholder } from "../../../lib/settings/placeholder.ts";

describe("a placeholder", () => {
  test.for([
    ...[
      "…",
      "……",
      "...",
      ".....",
      "<your secret>",
      "<…>",
      `$${"{SECRET}"}`,
      `$${"{env:GITHUB_SECRET}"}`,
    ],
    ...["changeme", "CHANGEME", "Change-Me", "change_me", "x", "xxx", "XXXXXXXX"],
    ...[
      "undefined",
      "null",
      "NULL",
      " null ",
      "whsec_…",
      "whsec_...",
      "WHSEC_xxxx",
      "whsec_changeme",
    ],
    ...["whsec_<secret>", "v1,whsec_…", "whpk_…", "pdl_ntfset_…", "ncp_iam_xxxxxxxx", "ncp_iam_…"],
    ...["secret", "new secret", "old secret", "user:password", "admin:changeme", `half$${"{X}"}`],
  ])("the text %j is a placeholder", (value) => {
    expect(isPlaceholder(value)).toBe(true);
  });

  // Secrets of providers' published vectors, and secrets that contain words of placeholders.
  test.for([
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "It's a Secret to Everybody",
    "VALID_SECRET",
    "12345",
    "test_secret",
    "whsec_test_secret",
    "8f742231b10e8888abcd99yyyzzz85a5",
    "annullable-and-undefined-xxx-key",
    "null-pointer-9f1c",
    "xxx1",
    "a...b",
    "<half",
    "x-y",
    "whsec_bnVsbA==",
    "$ecret{7}",
  ])("the text %j is not a placeholder", (value) => {
    expect(isPlaceholder(value)).toBe(false);
  });

  test("the values of local/settings.env are not placeholders", () => {
    const { WEBHOOK_SECRETS = "", ...settings } = parse(readFileSync("local/settings.env"));
    const secrets = Object.values(JSON.parse(WEBHOOK_SECRETS) as Record<string, string[]>).flat();
    const keys = [settings["NCLOUD_ACCESS_KEY"] ?? "", settings["NCLOUD_SECRET_KEY"] ?? ""];

    expect([...secrets, ...keys].filter(isPlaceholder)).toEqual([]);
    expect(secrets.length).toBeGreaterThan(20);
  });

  test("a generated secret in hex, base64 or base64url, bare or after whsec_, is not a placeholder", () => {
    const bytes = fc.uint8Array({ minLength: 12, maxLength: 48 });
    const encoding = fc.constantFrom("hex", "base64", "base64url");

    fc.assert(
      fc.property(bytes, encoding, fc.constantFrom("", "whsec_"), (secret, form, prefix) => {
        expect(isPlaceholder(prefix + Buffer.from(secret).toString(form as BufferEncoding))).toBe(
          false,
        );
      }),
    );
  });
});
