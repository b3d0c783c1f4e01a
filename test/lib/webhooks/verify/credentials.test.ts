import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bearer } from "../../../../lib/webhooks/verify/credentials.ts";
import { noVerifier } from "../../../../lib/webhooks/verify/none.ts";
import { hear, secretsInUse } from "../../../support/spoken.ts";

const body = Buffer.from("anything");

function verify(authorization: string | undefined, secrets: readonly string[]) {
  const headers = new Map(authorization === undefined ? [] : [["authorization", authorization]]);
  const verification = bearer.verify({ headers, body }, secrets);
  hear(verification);
  return verification;
}

describe("a bearer token", () => {
  test.for(["Bearer", "bearer", "BEARER"])("a token with the scheme %s is accepted", (scheme) => {
    const verification = verify(`${scheme} ${secretsInUse.bearer}`, [secretsInUse.bearer]);

    expect(verification).toEqual({ ok: true, secretIndex: 0 });
  });

  // https://www.rfc-editor.org/rfc/rfc9110#section-11.4 (read 2026-12-01): one or more blanks.
  test("a token is accepted behind several blanks", () => {
    expect(verify(`Bearer   ${secretsInUse.bearer}`, [secretsInUse.bearer]).ok).toBe(true);
  });

  test("the position shows which secret matched", () => {
    const verification = verify(`Bearer ${secretsInUse.bearer}`, ["another", secretsInUse.bearer]);

    expect(verification).toEqual({ ok: true, secretIndex: 1 });
  });

  test.for([
    ["no header at all", undefined],
    ["an empty header", ""],
    ["the scheme alone", "Bearer"],
    ["an empty token", "Bearer "],
    ["the token without its scheme", secretsInUse.bearer],
    ["another scheme", `Basic ${secretsInUse.bearer}`],
    ["a word behind the token", `Bearer ${secretsInUse.bearer} x`],
    ["a longer token", `Bearer ${secretsInUse.bearer}x`],
    ["a shorter token", `Bearer ${secretsInUse.bearer.slice(0, -1)}`],
    ["a token in another case", `Bearer ${secretsInUse.bearer.toUpperCase()}`],
    ["two headers joined", `Bearer ${secretsInUse.bearer}, Bearer ${secretsInUse.bearer}`],
  ] as const)("a token is refused for %s", ([, authorization]) => {
    const verification = verify(authorization, [secretsInUse.bearer]);

    expect(verification.ok).toBe(false);
  });

  test("a token is refused if there is no secret", () => {
    expect(verify("Bearer ", []).ok).toBe(false);
    expect(verify("Bearer undefined", []).ok).toBe(false);
  });

  test("any header is verified without an exception", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        expect(verify(value, [secretsInUse.bearer]).ok).toBe(false);
        expect(verify(`Bearer ${value}`, [secretsInUse.bearer]).ok).toBe(false);
      }),
    );
  });

  test("a token covers the whole request", () => {
    expect(bearer.covers).toBe("request");
  });
});

describe("the verifier none", () => {
  test("the verifier accepts everything and covers nothing", () => {
    const verification = noVerifier.verify({ headers: new Map(), body }, []);

    expect(verification).toEqual({ ok: true, secretIndex: undefined });
    expect(noVerifier.covers).toBe("nothing");
  });
});
