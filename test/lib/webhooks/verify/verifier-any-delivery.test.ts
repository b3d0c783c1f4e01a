import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { schemes } from "../../../../lib/webhooks/sources/schemes.ts";
import { startMs } from "../../../support/harness.ts";
import { publicKeySenders } from "../../../support/public-key-senders.ts";
import {
  type Fields,
  proofOf,
  type Sender,
  senders as secretSenders,
} from "../../../support/senders.ts";
import { verifierNamed } from "../../../support/sources.ts";
import { hear } from "../../../support/spoken.ts";

const senders = [...secretSenders, ...publicKeySenders];

type Signed = { readonly fields: Fields; readonly body: Uint8Array };

function verify(sender: Sender, { fields, body }: Signed) {
  const entries = Object.entries(fields).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  const headers = new Map(entries);
  const verifier = verifierNamed(sender.verifier, sender.options);
  const verification = verifier.verify({ headers, body }, [sender.secret, sender.oldSecret]);
  hear(verification);
  return verification;
}

/** Makes a delivery that is signed at the start of the harness's clock, in whole seconds. */
function signedBy(sender: Sender, contentType = sender.contentType): Signed {
  const { secret } = sender;
  const body = Buffer.from(sender.bodyAt(startMs));
  const fields = sender.sign(body, { secret, nowMs: startMs, contentType });
  return { fields: { "content-type": contentType, ...fields }, body };
}

function flipBit(bytes: Uint8Array, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  const at = bit >> 3;
  flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (bit & 7)), at);
  return flipped;
}

function replaceAt(text: string, at: number, character: string): string {
  return text.slice(0, at) + character + text.slice(at + 1);
}

const characters = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  fc.constantFrom(..."0123456789abcdefABCDEFghijXYZ+/=-_.,;: \t\r\n\0"),
);
const digests = fc.uint8Array({ minLength: 16, maxLength: 65 }).map((bytes) => Buffer.from(bytes));
const encodings = fc.constantFrom("hex" as const, "base64" as const, "base64url" as const);
const prefixes = [
  "",
  "sha256=",
  "v0=",
  "v1=",
  "v1,",
  "v1a,",
  "s=",
  "Bearer ",
  "Basic ",
  "KakaoAK ",
];
const signatures = fc
  .tuple(fc.constantFrom(...prefixes), digests, encodings)
  .map(([prefix, digest, encoding]) => prefix + digest.toString(encoding));
const times = fc.oneof(
  fc.integer().map(String),
  fc.double().map(String),
  fc.bigInt().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
);
const items = fc.oneof(
  signatures,
  times,
  times.map((time) => `t=${time}`),
  fc.string(),
);
const longs = fc.constantFrom(
  ..."0 =,".split("").map((one) => one.repeat(20_000)),
  "v1=,".repeat(5_000),
);
const values = fc.oneof(
  fc.string({ unit: "binary" }),
  ...[signatures, times, longs],
  fc.array(items, { maxLength: 30 }).map((some) => some.join(",")),
  fc.array(items, { maxLength: 30 }).map((some) => some.join(";ts=")),
  fc.array(items, { maxLength: 30 }).map((some) => some.join(" ")),
);
const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.json().map((text) => Buffer.from(text)),
  times.map((time) => Buffer.from(`{"webhookTimestamp":${time}}`)),
);

describe("any delivery", () => {
  test("every verifier that needs a signature has a sender in this test", () => {
    const words = new Set(senders.map(({ verifier }) => verifier));

    expect([...words, "none"].sort()).toEqual([...schemes.keys()].sort());
  });

  test.for(senders)(
    "any delivery to $name, whatever it holds, is refused without an exception",
    (sender) => {
      const names = fc.oneof(
        fc.constantFrom("authorization", "content-type", ...Object.keys(signedBy(sender).fields)),
        fc.string(),
      );
      fc.assert(
        fc.property(fc.dictionary(names, values), bodies, (fields, body) => {
          expect(verify(sender, { fields, body })).toEqual({
            ok: false,
            reason: expect.stringMatching(/^.{10,100}$/),
          });
        }),
      );
    },
  );

  test.for(senders)(
    "a delivery to $name with other values of its own headers is refused",
    (sender) => {
      const signed = signedBy(sender);
      const others = fc.record(
        Object.fromEntries(Object.keys(signed.fields).map((name) => [name, values])),
      );
      fc.assert(
        fc.property(others, (fields) => {
          expect(verify(sender, { ...signed, fields }).ok).toBe(false);
        }),
      );
    },
  );

  test.for(senders)("a delivery to $name as it was signed is accepted", (sender) => {
    const verification = verify(sender, signedBy(sender));

    const isTimed = sender.proof === "body and time";
    expect(verification).toEqual({
      ...{ ok: true, secretIndex: 0 },
      ...(isTimed ? { timestampMs: 1_700_000_000_000 } : {}),
    });
  });
});

const signing = senders.filter(({ proof }) => proof !== "credentials");
/** The time of the signed deliveries, in the forms in which senders write it. */
const signedTimes = ["1700000000", "2023-11-14T22:13:20.000Z", "2023-11-15T07:13:20+09:00"];

function timeIn({ fields }: Signed): string {
  const values = Object.values(fields).join("\n");
  return signedTimes.find((time) => values.includes(time)) ?? expect.unreachable(values);
}

const timed = signing.filter(({ name, proof }) => proof === "body and time" && name !== "linear");

describe("a delivery that was signed", () => {
  test.for(signing)("a delivery of $name with any bit of its body flipped is refused", (sender) => {
    const signed = signedBy(sender);
    const bits = [...Array(signed.body.length * 8).keys()];

    const accepted = bits.filter(
      (bit) => verify(sender, { ...signed, body: flipBit(signed.body, bit) }).ok,
    );

    expect(accepted).toEqual([]);
  });

  test.for(signing)("a delivery of $name with bytes added or left out is refused", (sender) => {
    // Twilio signs the names and values of a form without separators, so other forms can give the same text.
    const signed = signedBy(sender, "application/json");
    const positions = fc.nat({ max: signed.body.length - 1 });
    const added = fc.uint8Array({ minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(positions, added, (at, bytes) => {
        const [before, after] = [signed.body.subarray(0, at), signed.body.subarray(at)];
        for (const body of [Buffer.concat([before, bytes, after]), before]) {
          expect(verify(sender, { ...signed, body }).ok).toBe(false);
        }
      }),
    );
  });

  test.for(senders)(
    "a delivery of $name with any character of its signature changed is refused",
    (sender) => {
      const signed = signedBy(sender);
      const [before, proof] = proofOf(sender, signed.fields);
      // Hex digits have the same value in either case.
      const meant = (text: string) => (sender.encoding === "hex" ? text.toLowerCase() : text);
      fc.assert(
        fc.property(fc.nat({ max: proof.length - 1 }), characters, (at, character) => {
          const other = replaceAt(proof, at, character);
          fc.pre(meant(other) !== proof);

          const fields = { ...signed.fields, [sender.header]: before + other };
          expect(verify(sender, { ...signed, fields }).ok).toBe(false);
        }),
        { numRuns: 200 },
      );
    },
  );

  test.for([
    ["stripe", "t=1700000000,"],
    ["paddle", "ts=1700000000;"],
  ] as const)("a delivery of %s with its time sent twice is refused", ([word, time]) => {
    const sender = senders.find(({ name }) => name === word) ?? expect.unreachable(word);
    const { body, fields } = signedBy(sender);
    const twice = { ...fields, [sender.header]: time + fields[sender.header] };

    expect(verify(sender, { body, fields: twice }).ok).toBe(false);
  });

  test.for(timed)("a delivery of $name without the header of its time is refused", (sender) => {
    const { body, fields } = signedBy(sender);
    const time = timeIn({ body, fields });
    const others = Object.entries(fields).filter(([, value]) => !value.includes(time));

    expect(others).toHaveLength(Object.keys(fields).length - 1);
    expect(verify(sender, { body, fields: Object.fromEntries(others) }).ok).toBe(false);
  });

  test.for(timed)(
    "a delivery of $name with any character of its time changed is refused",
    (sender) => {
      const signed = signedBy(sender);
      const time = timeIn(signed);
      fc.assert(
        fc.property(fc.nat({ max: time.length - 1 }), characters, (at, character) => {
          const other = replaceAt(time, at, character);
          fc.pre(other !== time);

          const fields = Object.entries(signed.fields).map(([name, value]) => [
            name,
            value.replace(time, () => other),
          ]);
          expect(verify(sender, { ...signed, fields: Object.fromEntries(fields) }).ok).toBe(false);
        }),
      );
    },
  );

  test.for(
    senders.filter(({ name }) =>
      /^(standard|svix|portone|gitlab-with|hmac-with-id|public-key-ed)/.test(name),
    ),
  )("a delivery of $name with any character of its id changed is refused", (sender) => {
    const signed = signedBy(sender);
    const id = "msg_2mKb9PpTeWq0Rc41";
    const name = Object.keys(signed.fields).find((one) => one.endsWith("-id")) ?? "";
    fc.assert(
      fc.property(fc.nat({ max: id.length - 1 }), characters, (at, character) => {
        const other = replaceAt(id, at, character);
        fc.pre(other !== id);

        const fields = { ...signed.fields, [name]: other };
        expect(verify(sender, { ...signed, fields }).ok).toBe(false);
      }),
    );
  });
});
