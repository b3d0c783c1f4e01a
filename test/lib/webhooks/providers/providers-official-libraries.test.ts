import { describe, expect, test } from "vitest";
import {
  both,
  flip,
  forAny,
  libraries,
  ours,
  refusedByBoth,
  resigned,
  secretFor,
  theirs,
} from "../../../support/official-libraries.ts";

describe.for(Object.entries(libraries))("a delivery %s", ([, library]) => {
  const { encoding } = library;

  test("the delivery is accepted by both", () =>
    forAny(library, async (attempt) => {
      const time = library.time === "none" ? {} : { timestampMs: attempt.seconds * 1_000 };

      expect(ours(library, attempt)).toEqual({ ok: true, secretIndex: 0, ...time });
      expect(await theirs(library, attempt)).toBe(true);
    }));

  test("the delivery is refused by both with one bit of the body flipped", () =>
    forAny(library, async (attempt, at) => {
      const flipped = { ...attempt, body: flip(attempt.body, at) };

      expect(await both(library, flipped)).toEqual(refusedByBoth);
    }));

  test("the delivery is refused by both with one bit of the signature flipped", () =>
    forAny(library, async (attempt, at) => {
      const flipped = resigned(library, attempt, (signature) =>
        flip(signature, at).toString(encoding),
      );

      expect(await both(library, flipped)).toEqual(refusedByBoth);
    }));

  test("the delivery is refused by both with a shorter or longer signature", () =>
    forAny(library, async (attempt, at) => {
      const short = resigned(library, attempt, (signature) =>
        signature.subarray(0, at % signature.length).toString(encoding),
      );
      const long = resigned(library, attempt, (signature) =>
        Buffer.concat([signature, Buffer.of(at % 256)]).toString(encoding),
      );

      expect(await both(library, short)).toEqual(refusedByBoth);
      expect(await both(library, long)).toEqual(refusedByBoth);
    }));

  test("the delivery is refused by both with a secret one bit away, as a mismatch", () =>
    forAny(library, async (attempt, at, seed) => {
      const other = secretFor(library, flip(seed, at));

      expect(await both(library, { ...attempt, secret: other })).toEqual(refusedByBoth);
      expect(ours(library, attempt, [other])).toMatchObject({ ok: true, secretIndex: 1 });
    }));

  test("the delivery is refused with its signature in any encoding but the scheme's", () =>
    forAny(library, (attempt) => {
      const forms = [
        (signature: Buffer) => signature.toString(encoding === "hex" ? "base64" : "hex"),
        (signature: Buffer) => signature.toString("base64url"),
        (signature: Buffer) => `${signature.toString(encoding)}=`,
        (signature: Buffer) => signature.toString(encoding).slice(0, -1),
        (signature: Buffer) => ` ${signature.toString(encoding)}`,
      ];
      const accepted = forms.filter((form) => ours(library, resigned(library, attempt, form)).ok);

      expect(accepted).toEqual([]);
    }));
});

const named = Object.entries(libraries);

test.for(named.filter(([, { time }]) => time === "in a header"))(
  "a delivery %s is refused by both with its time a second later",
  ([, library]) =>
    forAny(library, async (attempt) => {
      const later = Object.entries(attempt.headers).map(([name, value]) => [
        name,
        name.endsWith("-id")
          ? value
          : value.replace(`${attempt.seconds}`, `${attempt.seconds + 1}`),
      ]);

      const verdicts = await both(library, { ...attempt, headers: Object.fromEntries(later) });

      expect(verdicts).toEqual(refusedByBoth);
    }),
);

// Only Discord's library decodes hex; the others compare the text.
test.for(named.filter(([, { encoding }]) => encoding === "hex"))(
  "a delivery %s is accepted in upper case hex, which most libraries refuse",
  ([, library]) =>
    forAny(library, async (attempt) => {
      const upper = resigned(library, attempt, (bytes) => bytes.toString("hex").toUpperCase());

      const verdicts = await both(library, upper);

      expect(verdicts).toEqual({ ours: true, theirs: library.word === "discord" });
    }),
);
