import fc from "fast-check";
import * as standard from "standardwebhooks";
import twilio from "twilio";
import { describe, expect, test } from "vitest";
import { findOutOfWindow } from "../../../../lib/webhooks/verify/replay-window.ts";
import {
  type Attempt,
  acceptedByBoth,
  both,
  ed25519Of,
  hmacOf,
  type Library,
  libraries,
  ours,
  publicKeyOf,
  refusedByBoth,
  slackHeaders,
  standardLibrary,
  theirs,
  url,
} from "../../../support/official-libraries.ts";
import { verifierNamed } from "../../../support/sources.ts";
import { secretsInUse } from "../../../support/spoken.ts";

const seconds = 1_614_265_330;
const body = Buffer.from('{"id":"evt_1"}');
const { provider } = secretsInUse;
const key = Buffer.from(secretsInUse.standard.slice("whsec_".length), "base64");
const seed = Buffer.alloc(32, 7);
const toStandard = `msg_1.${seconds}.${body}`;
const standardRight = hmacOf(key, toStandard).toString("base64");
const stripeRight = hmacOf(provider, `${seconds}.${body}`).toString("hex");
const of = {
  standard: standardLibrary("webhook", standard.Webhook),
  stripe: libraryNamed("signed by stripe"),
  slack: libraryNamed("signed for @slack/bolt"),
  portone: libraryNamed("signed for @portone/server-sdk"),
  twilio: libraryNamed("signed by twilio"),
};

function libraryNamed(name: string): Library {
  return libraries[name] ?? expect.unreachable(name);
}

function standardAttempt(signatures: string, secret: string = secretsInUse.standard): Attempt {
  const names = { "webhook-id": "msg_1", "webhook-timestamp": `${seconds}` };
  return { secret, headers: { ...names, "webhook-signature": signatures }, body, seconds };
}

function stripeAttempt(header: string): Attempt {
  return { secret: provider, headers: { "stripe-signature": header }, body, seconds };
}

function slackAttempt(time: string): Attempt {
  return { secret: provider, headers: slackHeaders(`${body}`, provider, time), body, seconds };
}

describe("a list of signatures", () => {
  /** Items without a valid signature, around the valid one. */
  const around = (items: string) => {
    const list = fc.array(fc.constantFrom(...items.split(" "), ""), { maxLength: 8 });
    return fc.record({ before: list, after: list, end: list });
  };

  test("standardwebhooks and our verifier accept the right signature, wherever it is", () => {
    const [right, wrong] = [`v1,${standardRight}`, `v1,${Buffer.alloc(32).toString("base64")}`];
    const items = `${standardRight} v2,${standardRight} v1a,${standardRight} ${wrong} V1,${standardRight} v1, v1`;
    const property = fc.asyncProperty(around(items), async ({ before, after }) => {
      const without = standardAttempt([...before, ...after].join(" "));
      const within = standardAttempt([...before, right, ...after].join(" "));

      expect(await both(of.standard, without)).toEqual(refusedByBoth);
      expect(await both(of.standard, within)).toEqual(acceptedByBoth);
    });

    return fc.assert(property);
  });

  test("stripe and our verifier accept the right signature, in any order with its time", () => {
    const [right, time] = [`v1=${stripeRight}`, `t=${seconds}`];
    const items = `${stripeRight} v0=${stripeRight} v2=${stripeRight} v1=${"0".repeat(64)} V1=${stripeRight}`;
    const property = fc.asyncProperty(around(items), async ({ before, after, end }) => {
      const without = stripeAttempt([...before, time, ...after, ...end].join(","));
      const within = stripeAttempt([...before, time, ...after, right, ...end].join(","));
      const reversed = stripeAttempt([...before, right, ...after, time, ...end].join(","));

      expect(await both(of.stripe, without)).toEqual(refusedByBoth);
      expect(await both(of.stripe, within)).toEqual(acceptedByBoth);
      expect(await both(of.stripe, reversed)).toEqual(acceptedByBoth);
    });

    return fc.assert(property);
  });
});

describe("cases that we accept, unlike the library", () => {
  const v1a = `v1,AAAA v1a,${ed25519Of(seed, toStandard).toString("base64")}`;
  const publicKey = `whpk_${publicKeyOf(seed).toString("base64")}`;

  test.for<[string, Library, Attempt]>([
    // The library reads the name of an item with its white space.
    ["blanks around Stripe's items", of.stripe, stripeAttempt(`t=${seconds}, v1=${stripeRight} `)],
    // The library throws.
    ["a v1 of Stripe left empty", of.stripe, stripeAttempt(`t=${seconds},v1=,v1=${stripeRight}`)],
    // The library knows v1 only.
    ["a v1a of Standard Webhooks", of.standard, standardAttempt(v1a, publicKey)],
  ])("we accept %s", async ([, library, attempt]) => {
    expect(await both(library, attempt)).toEqual({ ours: true, theirs: false });
  });

  // There is no library for this case: paddle-node-sdk 3.10.0 keeps the last h1 only. The vector is from its tests.
  test("we accept any of several signatures of Paddle", () => {
    const right = "h1=28981e941fae76e53db32f3d2a83cb69db41476595e84e1970a1b5d98f62b261";
    const headers = { "paddle-signature": `ts=1698796800;${right};h1=${"0".repeat(64)}` };
    const told = { secret: "VALID_SECRET", headers, body: Buffer.from('{"data": "value"}') };

    const verification = ours({ ...of.stripe, word: "paddle" }, { ...told, seconds });

    expect(verification).toEqual({ ok: true, secretIndex: 0, timestampMs: 1_698_796_800_000 });
  });
});

describe("cases that we refuse, unlike the library", () => {
  const time = `t=${seconds}`;

  test.for<[string, Library, Attempt]>([
    ["a second time of Stripe", of.stripe, stripeAttempt(`${time},${time},v1=${stripeRight}`)],
    ["text behind Stripe's time", of.stripe, stripeAttempt(`t=${seconds}x,v1=${stripeRight}`)],
    ["text behind Stripe's signature", of.stripe, stripeAttempt(`t=${seconds},v1=${stripeRight}=`)],
    ["text behind a v1", of.standard, standardAttempt(`v1,${standardRight},`)],
    ["PortOne's unpadded", of.portone, standardAttempt(`v1,${standardRight.slice(0, -1)}`)],
    ["a time of Slack that is no number", of.slack, slackAttempt("soon")],
    ["a time of Slack with a fraction", of.slack, slackAttempt(`${seconds}.5`)],
  ])("we refuse %s", async ([, library, attempt]) => {
    expect(await both(library, attempt)).toEqual({ ours: false, theirs: true });
  });
});

describe("a window of 300 s", () => {
  const window = { toleranceSeconds: 300, futureToleranceSeconds: 300 };
  const attempts = {
    standard: standardAttempt(`v1,${standardRight}`),
    stripe: stripeAttempt(`t=${seconds},v1=${stripeRight}`),
    slack: slackAttempt(`${seconds}`),
  };

  test.for([
    ["standard", 300, "within for both", acceptedByBoth],
    ["standard", 301, "too old for both", refusedByBoth],
    ["standard", -300, "within for both", acceptedByBoth],
    ["standard", -301, "too early for both", refusedByBoth],
    ["stripe", 300, "within for both", acceptedByBoth],
    ["stripe", 301, "too old for both", refusedByBoth],
    ["stripe", -301, "too early for us alone", { ours: false, theirs: true }],
    ["slack", 300, "within for both", acceptedByBoth],
    ["slack", 301, "too old for both", refusedByBoth],
    ["slack", -301, "too early for us alone", { ours: false, theirs: true }],
  ] as const)("the time of %s at an age of %i s is %s", async ([name, age, , expected]) => {
    const attempt = { ...attempts[name], seconds: seconds + age };
    const verification = ours(of[name], attempt);
    const timestampMs = verification.ok ? (verification.timestampMs ?? Number.NaN) : Number.NaN;

    const outside = findOutOfWindow(timestampMs, window, attempt.seconds * 1_000);

    expect(timestampMs).toBe(1_614_265_330_000);
    expect({ ours: !outside, theirs: await theirs(of[name], attempt) }).toEqual(expected);
  });
});

describe("a form that Twilio's library signed", () => {
  const text = fc.oneof(
    fc.constantFrom("Body", "a", "A", "+ ", "é"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 8 }),
  );
  const fields = fc.array(fc.tuple(text, text), { maxLength: 8 });
  type Fields = [string, string][];

  function paramsOf(given: Fields): Readonly<Record<string, readonly string[]>> {
    const form = new URLSearchParams(given);
    return Object.fromEntries([...form.keys()].map((name) => [name, form.getAll(name)]));
  }

  function verdicts(given: Fields, signature: string, called = url) {
    const accepts = () => twilio.validateRequest(provider, signature, called, paramsOf(given));
    const type = "application/x-www-form-urlencoded; charset=UTF-8";
    const headers = { "content-type": type, "x-twilio-signature": signature };
    const form = Buffer.from(`${new URLSearchParams(given)}`);
    const attempt = { secret: provider, headers, body: form, seconds };
    return both({ ...of.twilio, options: { url: called }, accepts }, attempt);
  }

  function signed(given: Fields): string {
    return twilio.getExpectedTwilioSignature(provider, url, paramsOf(given));
  }

  test("a form with its fields in any order, names repeated or not, is accepted by both", () =>
    fc.assert(
      fc.asyncProperty(fields, async (given) => {
        expect(await verdicts(given, signed(given))).toEqual(acceptedByBoth);
        expect(await verdicts(given.toReversed(), signed(given))).toEqual(acceptedByBoth);
      }),
    ));

  test("a form with a longer value or an added field is refused by both", () =>
    fc.assert(
      fc.asyncProperty(text, text, fields, async (name, value, rest) => {
        const signature = signed([[name, value], ...rest]);
        const drawn = await verdicts([[name, `${value}x`], ...rest], signature);
        const added = await verdicts([["added-field", ""], [name, value], ...rest], signature);

        expect([drawn, added]).toEqual([refusedByBoth, refusedByBoth]);
      }),
    ));

  test("a form with a letter moved from name to value is accepted by both, because the scheme has no separators", async () => {
    const toVerification = await verdicts([["Bod", "yText"]], signed([["Body", "Text"]]));

    expect(toVerification).toEqual(acceptedByBoth);
  });

  test.for([
    ["its default port written out", url.replace(".com/", ".com:443/"), true],
    ["another port", url.replace(".com/", ".com:8443/"), true],
    ["another host", url.replace(".com/", ".org/"), false],
  ] as const)(
    "a form under the URL with %s gets the same result from both",
    async ([, address, accepted]) => {
      const toVerification = await verdicts(
        [["Body", "Text"]],
        signed([["Body", "Text"]]),
        address,
      );

      expect(toVerification).toEqual({ ours: accepted, theirs: accepted });
    },
  );

  test.for([
    ["http://example.org/hook", "http://example.org:80/hook"],
    ["http://example.org/hook", "http://example.org/hook"],
  ] as const)("a form over %s is accepted by both for %s", async ([signedUrl, called]) => {
    const signature = twilio.getExpectedTwilioSignature(provider, signedUrl, { Body: "Text" });

    expect(await verdicts([["Body", "Text"]], signature, called)).toEqual(acceptedByBoth);
  });

  test("a form with a question mark before its first field is refused", async () => {
    const given: Fields = [["Body", "Text"]];
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": signed(given),
    };
    const delivery = { headers: new Map(Object.entries(headers)), body: Buffer.from("?Body=Text") };

    expect(verifierNamed("twilio", { url }).verify(delivery, [provider]).ok).toBe(false);
  });

  test("a form with over 1,000 fields is refused before any is read", () => {
    const body = Buffer.from("a&".repeat(1_000));
    const headers = new Map([
      ["content-type", "application/x-www-form-urlencoded"],
      ["x-twilio-signature", signed([])],
    ]);

    expect(verifierNamed("twilio", { url }).verify({ headers, body }, [provider])).toEqual({
      ok: false,
      reason: "the form has over 1000 parameters",
    });
  });
});
