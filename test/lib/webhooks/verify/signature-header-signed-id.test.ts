import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Verifier } from "../../../../lib/webhooks/verify/verifier.ts";
import { verifierNamed } from "../../../support/sources.ts";
import { hear, secretsInUse } from "../../../support/spoken.ts";

const startMs = 1_700_000_000_000;

type Parts = { readonly id: string; readonly timestamp: string; readonly body: string };

const timed = [
  "{id}{timestamp}{body}",
  "{id}{timestamp}.{body}",
  "{id}{timestamp}-{body}",
  "{id}{timestamp}7{body}",
  "{id}7{timestamp}{body}",
  "{id}.{timestamp}{body}",
  "{id}.{timestamp}.{body}",
  "{id}-{timestamp}-{body}",
  "{id}:{timestamp}:{body}",
  "v0:{id}T{timestamp}Z{body}!",
  "{timestamp}.{id}{body}",
  "{timestamp}.{id}.{body}",
  "{timestamp}-{id}-{body}",
  "{id}{body}{timestamp}",
  "{id}.{body}.{timestamp}",
];
const untimed = ["{id}{body}", "{id}-{body}", "{id}.{body}", "{id}7{body}", "{id}, {body}"];

const verifiers = new Map<string, Verifier>();

function verifierOf(template: string): Verifier {
  const time = timed.includes(template) ? { timestampHeader: "x-time" } : {};
  const options = { header: "x-sig", idHeader: "x-id", template, ...time };
  const verifier = verifiers.get(template) ?? verifierNamed("hmac", options);
  verifiers.set(template, verifier);
  return verifier;
}

function verify(template: string, { id, timestamp, body }: Parts, signature: string) {
  const headers = new Map([
    ["x-sig", signature],
    ["x-id", id],
    ["x-time", timestamp],
  ]);
  const delivery = { headers, body: Buffer.from(body) };
  return verifierOf(template).verify(delivery, [secretsInUse.hmac]);
}

function signedText(template: string, parts: Parts): string {
  return template.replace(/\{(\w+)\}/g, (_, name: keyof Parts) => parts[name]);
}

/** Lists every way to read a text as the template. */
function cutsOf(template: string, text: string): readonly Parts[] {
  const [, before = "", name = "", rest = ""] = /^([^{]*)\{(\w+)\}(.*)$/s.exec(template) ?? [];
  if (name === "") {
    return text === template ? [{ id: "", timestamp: "", body: "" }] : [];
  }
  if (!text.startsWith(before)) {
    return [];
  }
  const after = text.slice(before.length);
  return [...Array(after.length + 1).keys()].flatMap((length) =>
    cutsOf(rest, after.slice(length)).map((parts) => ({
      ...parts,
      [name]: after.slice(0, length),
    })),
  );
}

/** Tells whether a delivery is accepted. The replay window refuses a time that is days away. */
function isAccepted(template: string, parts: Parts, signature: string): boolean {
  const verification = verify(template, parts, signature);
  const { timestampMs = startMs } = verification.ok ? verification : {};
  return verification.ok && Math.abs(timestampMs - startMs) <= 86_400_000;
}

function hmacOf(text: string): string {
  return createHmac("sha256", secretsInUse.hmac).update(text).digest("hex");
}

const times = fc.oneof(
  fc.integer({ min: 1_699_950_000, max: 1_700_050_000 }).map(String),
  fc.integer({ min: 1_699_950_000_000, max: 1_700_050_000_000 }).map(String),
  fc.constantFrom(
    "2023-11-14T22:13:20Z",
    "2023-11-14t22:13:20z",
    "Tue, 14 Nov 2023 22:13:20 GMT",
    "2023-11-14T22:13:20.5Z",
    "2023-11-15T07:13:20+09:00",
    "2023-11-14T13:13:20.123456789-09:00",
  ),
);
const usualIds = fc.stringMatching(/^[\w-]{1,12}$/);
const pieces = fc.oneof(
  times,
  usualIds,
  fc.constantFrom(".", "-", ":", "7", "T", "Z", "!", ", ", "{", "}", "[", "170", "1700000000"),
);
const anyText = fc.array(pieces, { maxLength: 3 }).map((some) => some.join(""));
const jsonBodies = anyText.map((text) => JSON.stringify({ text }));
const bodies = fc.oneof(anyText, jsonBodies);

describe("a template with an id", () => {
  test.for([...timed, ...untimed])(
    "the template %s accepts one cut of a text at most",
    (template) => {
      fc.assert(
        fc.property(anyText, times, bodies, (id, timestamp, body) => {
          const text = signedText(template, { id, timestamp, body });
          const signature = hmacOf(text);

          const accepted = cutsOf(template, text).filter((cut) =>
            isAccepted(template, cut, signature),
          );

          expect(accepted.length).toBeLessThanOrEqual(1);
        }),
        { numRuns: 40 },
      );
    },
  );

  test.for([...timed, ...untimed])(
    "the template %s accepts a delivery with JSON, a time in seconds and an id of letters, digits, - and _",
    (template) => {
      // A separator of the template is no part of its ids, unless the body or the time shows where they end.
      const separators = { "{id}7": "7", "v0:{id}T": "T", "}-{id}-": "-" };
      const [, taken = ""] =
        Object.entries(separators).find(([one]) => template.includes(one)) ?? [];
      const seconds = fc.integer({ min: 1_699_950_000, max: 1_700_050_000 }).map(String);
      const ids = usualIds.map((id) => (taken === "" ? id : `a${id.replaceAll(taken, "")}`));
      fc.assert(
        fc.property(ids, seconds, jsonBodies, (id, timestamp, body) => {
          const parts = { id, timestamp, body };

          expect(isAccepted(template, parts, hmacOf(signedText(template, parts)))).toBe(true);
        }),
      );
    },
  );

  // The id swallows the time and the beginning of the body, which its sender's user may have written.
  test.for([
    ["{id}.{timestamp}.{body}", "evt_1", '{"note":".1700000001.{}', ".", "{}"],
    ["{id}{timestamp}{body}", "evt_1", '{"note":"1700000001{}', "", "{}"],
  ] as const)("the template %s refuses an id that holds a part of the body", (row) => {
    const [template, id, body, separator, end] = row;
    const signature = hmacOf(signedText(template, { id, timestamp: "1700000000", body }));
    const swallowed = `${id}${separator}1700000000${separator}{"note":"`;
    const forged = { id: swallowed, timestamp: "1700000001", body: end };

    expect(isAccepted(template, { id, timestamp: "1700000000", body }, signature)).toBe(true);
    expect(hmacOf(signedText(template, forged))).toBe(signature);
    expect(isAccepted(template, forged, signature)).toBe(false);
    const verification = verify(template, forged, signature);
    hear(verification);
    expect(verification).toEqual({
      ok: false,
      reason: "the id holds what ends it in the template",
    });
  });

  test.for(["{id}.{timestamp}.{body}", "{id}.{body}", "{timestamp}.{id}.{body}"])(
    "the template %s, whose separators are no part of an id, accepts a body of any bytes",
    (template) => {
      const parts = { id: "evt-1", timestamp: "1700000000", body: "a=1" };

      expect(isAccepted(template, parts, hmacOf(signedText(template, parts)))).toBe(true);
    },
  );

  test("milliseconds between separators are accepted", () => {
    const parts = { id: "evt_1", timestamp: "1700000000123", body: "{}" };
    const signature = hmacOf("evt_1.1700000000123.{}");

    expect(isAccepted("{id}.{timestamp}.{body}", parts, signature)).toBe(true);
  });

  test("milliseconds that touch an id are refused: three of them could be the end of the id", () => {
    const parts = { id: "evt_1", timestamp: "1700000000123", body: "{}" };
    const signature = hmacOf("evt_11700000000123{}");

    expect(isAccepted("{id}{timestamp}{body}", parts, signature)).toBe(false);
  });
});
