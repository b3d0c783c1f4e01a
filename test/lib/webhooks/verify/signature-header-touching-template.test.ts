import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verifierNamed } from "../../../support/sources.ts";
import { hear, secretsInUse } from "../../../support/spoken.ts";

type Sent = {
  readonly template: string;
  readonly time: string;
  readonly body: string;
  readonly signature: string;
};

function verify({ template, time, body, signature }: Sent) {
  const verifier = verifierNamed("hmac", {
    ...{ header: "x-sig", timestampHeader: "x-time", template },
  });
  const headers = new Map([
    ["x-sig", signature],
    ["x-time", time],
  ]);
  const verification = verifier.verify({ headers, body: Buffer.from(body) }, [secretsInUse.hmac]);
  hear(verification);
  return verification;
}

const first = "{timestamp}{body}";
const last = "{body}{timestamp}";
const dotted = "{timestamp}.{body}";
const of10 = 1_700_000_000_000;

/** printf of the text that is signed | openssl dgst -sha256 -hmac <the secret in use> */
const signatures = {
  '1700000000{"a":1}': "021965d8fd7b9ea6216c99c5fe2334ce198fb60c55fcf507d2eb6367003771ce",
  "1700000000[]": "f37806a68dc5a41dcb4e0ef5894967c9cb5b9cd3a1f4e9ce32c18cd5db9f9a44",
  '{"a":1}1700000000123': "c8bed8db574cc42744581af83d13bf2e0224c8399c756a9168ee3fc4bd030cfa",
  "1700000000123": "9738bd331a8d6fcea72607aee70d74ec6e05dd520e014377c01ccd357a77e386",
  "17000000000[1]": "1d85d8b9fc00a8412b0757ecd1364974fd70b682db10c51f95dc041511e8fe70",
  '2023-11-14T22:13:20Z{"a":1}': "6b580076912f601fbf9e9b8912dae580fe8571a54aeff102e460429f8c860057",
  '{"a":1}2023-11-14T22:13:20Z': "b166fb8017acd0e916477ef331ab99be13f7801b7d8dafb5fd69a41ba9225416",
  '{"a":1}Tue, 14 Nov 2023 22:13:20 GMT':
    "e62c7ae123cc66ff0c47ec4af50988a1874caab951d29ac612f5e09afa97b026",
  '2023-11-15T07:13:20.5+09:00.{"a":1}':
    "1eb7bfdae07451a82bb90995411f8325e3c32cb6fe86b600f94429be7f8a49b5",
} as const;

describe("a template in which time and body touch", () => {
  test.for([
    [first, "1700000000", '{"a":1}', '1700000000{"a":1}', of10],
    [first, "1700000000", "[]", "1700000000[]", of10],
    [first, "2023-11-14T22:13:20Z", '{"a":1}', '2023-11-14T22:13:20Z{"a":1}', of10],
    [last, "1700000000123", '{"a":1}', '{"a":1}1700000000123', of10 + 123],
    [last, "2023-11-14T22:13:20Z", '{"a":1}', '{"a":1}2023-11-14T22:13:20Z', of10],
    [
      last,
      "Tue, 14 Nov 2023 22:13:20 GMT",
      '{"a":1}',
      '{"a":1}Tue, 14 Nov 2023 22:13:20 GMT',
      of10,
    ],
    ["{timestamp}0{body}", "1700000000", "[1]", "17000000000[1]", of10],
    [
      dotted,
      "2023-11-15T07:13:20.5+09:00",
      '{"a":1}',
      '2023-11-15T07:13:20.5+09:00.{"a":1}',
      of10 + 500,
    ],
  ] as const)(
    "the template accepts %s of %s and %s",
    ([template, time, body, text, timestampMs]) => {
      const signature = signatures[text];

      expect(verify({ template, time, body, signature })).toEqual({
        ok: true,
        secretIndex: 0,
        timestampMs,
      });
    },
  );

  const malformed = "the header x-time holds no <time: 10 or 13 digits, RFC 3339, or an HTTP date>";
  const begins = "the body, which the signed time touches, does not begin with { or [";
  const ends = "the body, which the signed time touches, does not end with } or ]";
  test.for([
    [first, "1700000000", "123", "1700000000123", begins],
    [first, "1700000000123", "", "1700000000123", begins],
    [first, "17000", "00000[]", "1700000000[]", malformed],
    [first, "170000000", "0[]", "1700000000[]", malformed],
    [last, "0000000123", '{"a":1}170', '{"a":1}1700000000123', ends],
    [last, "123", '{"a":1}1700000000', '{"a":1}1700000000123', malformed],
    ["{timestamp}0{body}", "170000000", "0[1]", "17000000000[1]", malformed],
  ] as const)("the template refuses %s of %s and %s, another split of the signed text", (row) => {
    const [template, time, body, text, reason] = row;

    expect(verify({ template, time, body, signature: signatures[text] })).toEqual({
      ok: false,
      reason,
    });
  });

  test.for([first, last, "{timestamp}7{body}"])(
    "the template %s accepts one split at most",
    (template) => {
      const times = fc.oneof(
        fc.integer({ min: 1e9, max: 9_999_999_999 }).map(String),
        fc.integer({ min: 1e12, max: 9_999_999_999_999 }).map(String),
      );
      const bodies = fc.stringMatching(/^[{[\]}0-7]{0,8}$/);
      fc.assert(
        fc.property(times, bodies, (time, body) => {
          const text = template.replace("{timestamp}", time).replace("{body}", body);
          const signature = createHmac("sha256", secretsInUse.hmac).update(text).digest("hex");
          const middle = template.includes("7") ? 1 : 0;
          const cuts = [...Array(text.length + 1).keys()].map((at) =>
            template.startsWith("{timestamp}")
              ? { time: text.slice(0, at), body: text.slice(at + middle) }
              : { time: text.slice(at), body: text.slice(0, at) },
          );

          const accepted = cuts.filter((cut) => verify({ template, ...cut, signature }).ok);

          expect(accepted.length).toBeLessThanOrEqual(1);
        }),
      );
    },
  );

  test("anything but digits between time and body separates them", () => {
    const signature = createHmac("sha256", secretsInUse.hmac).update("17.123").digest("hex");

    expect(verify({ template: dotted, time: "17", body: "123", signature })).toMatchObject({
      ok: true,
    });
  });
});
