import { describe, expect, test } from "vitest";
import { verifierNamed } from "../../../support/sources.ts";
import { hear, secretsInUse } from "../../../support/spoken.ts";

const github = verifierNamed("github");
const header = "x-hub-signature-256";
// GitHub docs, "Validating webhook deliveries", "Testing the webhook payload validation".
const documented = {
  secret: "It's a Secret to Everybody",
  payload: "Hello, World!",
  signature: "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
};

function verify(headers: Readonly<Record<string, string>>, secrets: readonly string[]) {
  const delivery = {
    headers: new Map(Object.entries(headers)),
    body: Buffer.from(documented.payload),
  };
  const verification = github.verify(delivery, secrets);
  hear(verification);
  return verification;
}

describe("GitHub's signature", () => {
  test("the signature of the documented example is accepted", () => {
    const verification = verify({ [header]: documented.signature }, [documented.secret]);

    expect(verification).toEqual({ ok: true, secretIndex: 0 });
  });

  test("a signature in upper case hex is accepted", () => {
    const upper = `sha256=${documented.signature.slice(7).toUpperCase()}`;

    const verification = verify({ [header]: upper }, [documented.secret]);

    expect(verification).toEqual({ ok: true, secretIndex: 0 });
  });

  test("a signature of another secret is refused without showing it", () => {
    const verification = verify({ [header]: documented.signature }, [secretsInUse.github]);

    expect(verification).toEqual({
      ok: false,
      reason: "the proof was made with another secret, or the body was changed on the way",
    });
  });

  test.for([
    ["is missing", {}],
    ["is empty", { [header]: "" }],
    ["is the prefix alone", { [header]: "sha256=" }],
    ["has no prefix", { [header]: documented.signature.slice(7) }],
    ["has a prefix in upper case", { [header]: documented.signature.replace("sha", "SHA") }],
    ["is one digit short", { [header]: documented.signature.slice(0, -1) }],
    ["is two digits short", { [header]: documented.signature.slice(0, -2) }],
    ["is two digits long", { [header]: `${documented.signature}00` }],
    ["ends in a blank", { [header]: `${documented.signature} ` }],
    ["is no hex", { [header]: `${documented.signature.slice(0, -2)}zz` }],
    ["comes twice", { [header]: `${documented.signature}, ${documented.signature}` }],
    ["is only in the older SHA-1 header", { "x-hub-signature": documented.signature }],
  ] as const)("a signature that %s is refused", ([, headers]) => {
    const verification = verify(headers, [documented.secret]);

    expect(verification.ok).toBe(false);
  });

  test("the signature covers the body and nothing else of the request", () => {
    expect(github.covers).toBe("body");
  });
});
