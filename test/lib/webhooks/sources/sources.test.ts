import { describe, expect, test } from "vitest";
import { parse, type SourceOptions, sourceProblems } from "../../../support/sources.ts";
import { secretsInUse } from "../../../support/spoken.ts";

function sourceOf(options: SourceOptions, others: SourceOptions = {}) {
  const parsed = parse({ hook: { verifier: "none", ...options } }, {}, others);
  return parsed.ok ? parsed.value.byName.get("hook") : undefined;
}

const words =
  "github, gitlab, bitbucket, jira, linear, pagerduty, standard-webhooks, svix, portone, stripe, paddle, " +
  "shopify, slack, zoom, discord, line, naver-works, kakao, telegram, twilio, meta, toss, chzzk, hmac, public-key, bearer, basic, token, none";
const verifierText = `WEBHOOK_SOURCES hook.verifier must be written out: one of ${words}`;

describe("a source's verifier", () => {
  test("a missing verifier hides no other problem of the source", () => {
    expect(sourceProblems({ hook: { topic: "bad topic!" } })).toEqual([
      verifierText,
      "WEBHOOK_SOURCES hook.topic must be a topic name",
    ]);
  });

  test.for([
    ["absent", {}],
    ["empty", { verifier: "" }],
    ["unknown", { verifier: "md5" }],
    ["an inherited name", { verifier: "constructor" }],
    ["null", { verifier: null }],
    ["a list of one", { verifier: ["none"] }],
    ["an object without a text form", { verifier: { toString: 1 } }],
  ] as const)("a verifier that is %s is a problem", ([, options]) => {
    expect(sourceProblems({ hook: options })).toEqual([verifierText]);
  });

  test.for([
    ["None", "none"],
    ["githb", "github"],
    ["strpie", "stripe"],
    ["hmca", "hmac"],
    ["standard-webhook", "standard-webhooks"],
  ])("a verifier %s gets the suggestion %s", ([verifier, meant]) => {
    expect(sourceProblems({ hook: { verifier } })).toEqual([
      `${verifierText}: did you mean ${meant}?`,
    ]);
  });

  test.for(["github", "bearer", "hmac"])("the verifier %s needs a secret", (verifier) => {
    const options = verifier === "hmac" ? { verifier, header: "x-signature" } : { verifier };
    const expected = ["WEBHOOK_SECRETS has no secret for the source hook"];

    expect(sourceProblems({ hook: options })).toEqual(expected);
    expect(sourceProblems({ hook: options }, { hook: [] })).toEqual(expected);
  });

  test("the verifier none needs no secret", () => {
    expect(sourceProblems({ hook: { verifier: "none" } })).toEqual([]);
  });

  test("the verifier hmac reads its own options", () => {
    const hook = { verifier: "hmac", header: "X-Sig", algorithm: "sha1", encoding: "base64" };
    const parsed = parse({ hook }, { hook: [secretsInUse.hmac] });
    const source = parsed.ok ? parsed.value.byName.get("hook") : undefined;
    const delivery = {
      headers: new Map([["x-sig", "XYagwlaX2355J1bNqYgeytTdwk8="]]),
      body: Buffer.from('{"order":"A-1","total":12.50}'),
    };

    expect(source?.verifier.verify(delivery, source.secrets)).toEqual({ ok: true, secretIndex: 0 });
  });

  test("the verifier hmac says what is wrong with its options", () => {
    const hook = { verifier: "hmac", header: "a b", algorithm: "md5", encoding: "x", prefix: "\n" };

    expect(sourceProblems({ hook }, { hook: [secretsInUse.hmac] })).toEqual([
      "WEBHOOK_SOURCES hook.header must be a header name of at most 100 characters",
      "WEBHOOK_SOURCES hook.encoding must be one of hex, base64, base64url",
      "WEBHOOK_SOURCES hook.prefix must be text of one line",
      "WEBHOOK_SOURCES hook.algorithm must be one of sha1, sha256, sha512",
    ]);
  });

  test("the verifier hmac requires a header", () => {
    expect(sourceProblems({ hook: { verifier: "hmac" } }, { hook: [secretsInUse.hmac] })).toEqual([
      "WEBHOOK_SOURCES hook.header is required",
    ]);
  });
});

describe("a source's options", () => {
  test("unknown options are named", () => {
    const hook = {
      verifier: "none",
      filtre: "x",
      header: "x-signature",
      bodyMaxBytes: 1,
      Topic: "a",
    };

    expect(sourceProblems({ hook })).toEqual([
      "WEBHOOK_SOURCES hook.filtre is no option of none: did you mean filter?",
      "WEBHOOK_SOURCES hook.header is no option of none",
      "WEBHOOK_SOURCES hook.bodyMaxBytes is no option of none",
      "WEBHOOK_SOURCES hook.Topic is no option of none: did you mean topic?",
    ]);
  });

  test("wrong options are all reported together, for every source", () => {
    const wrong = { topic: "a b", partition: -1, key: ["x"], value: "json", bodyBytesMax: 0 };
    const placesText =
      'must be a list of "body:/json/pointer", "object:/json/pointer", "element:/json/pointer", "header:name" or "const:text"';

    const problems = sourceProblems({ a: { verifier: "none", ...wrong }, b: {} });

    expect(problems).toHaveLength(6);
    expect(problems).toEqual(
      expect.arrayContaining([
        "WEBHOOK_SOURCES a.topic must be a topic name",
        "WEBHOOK_SOURCES a.partition must be a whole number from 0 to 1023",
        expect.stringContaining(`WEBHOOK_SOURCES a.key ${placesText}`),
        "WEBHOOK_SOURCES a.value must be one of cloudevent, raw",
        "WEBHOOK_SOURCES a.bodyBytesMax must be a whole number from 1 to 50000000",
        `WEBHOOK_SOURCES b.verifier must be written out: one of ${words}`,
      ]),
    );
  });

  test("options have defaults", () => {
    expect(sourceOf({})).toMatchObject({
      topic: undefined,
      partition: undefined,
      value: "cloudevent",
      bodyBytesMax: 700_000,
    });
  });

  test("the selector call is accepted for an id, and for neither key nor type", () => {
    expect(sourceOf({ id: ["call"] })?.id).toEqual([{ from: "call" }]);
    expect(sourceOf({ key: ["call"] })).toBeUndefined();
    expect(sourceOf({ type: ["const:a", "call"] })).toBeUndefined();
  });

  test("an option overrides the limit of all sources", () => {
    expect(sourceOf({ bodyBytesMax: 10 }, { WEBHOOK_BODY_BYTES_MAX: "20" })?.bodyBytesMax).toBe(10);
    expect(sourceOf({}, { WEBHOOK_BODY_BYTES_MAX: "20" })?.bodyBytesMax).toBe(20);
  });
});

describe("WEBHOOK_BODY_ENCODING and WEBHOOK_BODY_BYTES_MAX", () => {
  test("wrong limits are reported together with problems of the sources", () => {
    const others = { WEBHOOK_BODY_ENCODING: "hex", WEBHOOK_BODY_BYTES_MAX: "1e6" };

    expect(sourceProblems({ hook: {} }, {}, others)).toEqual([
      "WEBHOOK_BODY_BYTES_MAX must be a whole number from 1 to 50000000",
      "WEBHOOK_BODY_ENCODING must be one of auto, base64, text",
      verifierText,
    ]);
  });
});
