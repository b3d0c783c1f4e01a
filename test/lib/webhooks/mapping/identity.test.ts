import { describe, expect, test } from "vitest";
import { createIdReader, type IdentityInput } from "../../../../lib/webhooks/mapping/identity.ts";
import { parseSelectors, type Selection } from "../../../../lib/webhooks/mapping/selectors.ts";

const body = Buffer.from("abc");
/** printf abc | openssl dgst -sha256, its first 32 digits. */
const bodyHash = "ba7816bf8f01cfea414140de5dae2223";

function idOf(found: Selection | undefined, given: Partial<IdentityInput> = {}): string {
  return createIdReader(() => found, {
    name: "hook",
    verifier: { covers: "body", signedHeader: "x-signed" },
    timestampMs: undefined,
    body,
    ...given,
  })();
}

function foundAt(text: string): Selection {
  const [selector] = parseSelectors([text]) ?? [];
  if (selector === undefined) {
    throw new Error(`${text} is no place`);
  }
  return { text: "d-1", given: "d-1", selector };
}

describe("an event's id", () => {
  test("an id without selectors is the SHA-256 of source and body", () => {
    // printf 'hook\n\nabc' | openssl dgst -sha256
    const expected = "ea9f842171160fd8aee1ef9b193d1a7ca67e7b5d69e77163d51f5adf15557b6d";

    expect(idOf(undefined)).toBe(expected);
  });

  test("an id without selectors includes the signed timestamp", () => {
    // printf 'hook\n1700000000000\nabc' | openssl dgst -sha256
    const expected = "f0d0284879feef8d793dc910464f7099a677d8fc922301ae03952970f9097e42";

    expect(idOf(undefined, { timestampMs: 1_700_000_000_000 })).toBe(expected);
  });

  test("an id without selectors differs for another source or body", () => {
    const ids = [
      idOf(undefined),
      idOf(undefined, { name: "other" }),
      idOf(undefined, { body: Buffer.from("abd") }),
      idOf(undefined, { body: Buffer.alloc(0) }),
    ];

    expect(new Set(ids).size).toBe(4);
  });

  test.for([
    ["header:x-id", "body"],
    ["header:x-id", "nothing"],
    ["body:/id", "nothing"],
    ["element:/id", "nothing"],
    ["const:d-1", "body"],
    ["const:d-1", "nothing"],
  ] as const)(
    "an id from %s gets the body's hash if the verifier covers %s",
    ([selector, covers]) => {
      expect(idOf(foundAt(selector), { verifier: { covers } })).toBe(`d-1-${bodyHash}`);
    },
  );

  test.for([
    ["body:/id", "body"],
    ["element:/id", "body"],
    ["header:x-id", "request"],
    ["body:/id", "request"],
    ["const:d-1", "request"],
    ["call", "nothing"],
    ["call", "body"],
  ] as const)("an id from %s stays unchanged if the verifier covers %s", ([selector, covers]) => {
    expect(idOf(foundAt(selector), { verifier: { covers } })).toBe("d-1");
  });

  test("an id from a header stays unchanged if the signature covers that header", () => {
    expect(idOf(foundAt("header:X-Signed"))).toBe("d-1");
    expect(idOf(foundAt("header:x-other"))).toBe(`d-1-${bodyHash}`);
  });
});
