import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type SourceOptions, sourceProblems, verifierNamed } from "../../../support/sources.ts";
import { hear, secretsInUse } from "../../../support/spoken.ts";

type Sent = {
  readonly options: SourceOptions;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly secret?: string;
};

const order = '{"order":"A-1","total":12.50}';

function verify({ options, headers, body = order, secret = secretsInUse.hmac }: Sent) {
  const verifier = verifierNamed("hmac", { header: "X-Sig", ...options });
  const delivery = { headers: new Map(Object.entries(headers)), body: Buffer.from(body) };
  const verification = verifier.verify(delivery, [secret]);
  hear(verification);
  return verification;
}

function problemsWith(options: SourceOptions, secret: string = secretsInUse.hmac): string[] {
  const hook = { verifier: "hmac", header: "x-sig", ...options };
  return sourceProblems({ hook }, { hook: [secret] });
}

/** printf of the text | openssl dgst -sha256 -hmac <the secret in use> */
const signatures = {
  body: "f2e354c9b016e239170b2a772e953d821e7f4bbe408b47f104be927eb680dbd2",
  "evt_1.1700000000.": "e7a2da3f125c92bab5074cfedeb01af2bafae8dec8174635ea85e4715cc3a380",
  "evt.1.1700000000.": "bfff3422f7e17d813b780eec9a6cbd46b8f52b9f4149bec14f5eaf335f95f75c",
  "1700000000.": "3032bec47a1b573b1eaa5e823bb0c9a49973bd273d7098c9f1101cac545e1f6d",
  "1700000000123.": "10dd64801c6cddfba6c1a38c431e9fb021c56ef7c1022f75e067d6681fa49ad3",
  "2023-11-14t22:13:20z.": "446e557b57ba2ba70d75baedc22663c1d425286c0e8b0142504b81558a4bf603",
  "Tue, 14 Nov 2023 22:13:20 GMT.":
    "3e31d762ee6966fa2e76fa6863448600c05ef36fe908ef92bcc268ec01d97d51",
  "evt_1|Tue, 14 Nov 2023 22:13:20 GMT":
    "7df0c3ca2c30a7dc4b03a49bc73ae0a3715fe8167390bca7bfdb47fe2435d947",
  "2023-11-14T22:13:20Z.": "0d878ec0466707d1f97a3c627c4f38b324c6a895b23ab7a134022fa811bf29f0",
  "0b1c-4|2023-11-14T22:13:20.5Z":
    "06137d44c40ce77f8e245bbd38fdf9b1a8df23b40820652b5d9aa4fe75ed1051",
  "evt_123|1700000000": "b4b02820cffd7c523ebd14c3305d4309f087febe805d97fc24bb083c1f079460",
  evt_7: "400771e24b93d047f0e60281403f75c4bf8c3e7b24fbec52733a02a2476fcd06",
  "evt_1.": "8a3e2c4a83f1ebdfb25f1d30787564ba517a5205ec6156cf75faca5c0145f03b",
  "evt-1-": "bd492d299283f0c75a7332fe7b76dfedbd83e62f07a0b2a3ed9388614835721e",
  "evt-17-1700000000-": "be620fe5fa47642d9ac7b29154386ceb6a1963c743920a8f232163fd2aceb842",
  "1700000000:evt_1:": "b1a19e83b73cca6cf678bc67c23e6cd5836ac574286280c31df06d4fb5bc73d8",
} as const;
const startMs = 1_700_000_000_000;

describe("the option separator", () => {
  const options = { separator: ",", prefix: "v1=" };
  const wrong = "00".repeat(32);

  test.for([
    `v1=${signatures.body}`,
    `v1=${wrong},v1=${signatures.body}`,
    `v1=${signatures.body}, v1=${wrong}`,
    `v0=abc,v1=${wrong} , v1=${signatures.body}`,
  ])("each item with the prefix is tried: %s", (value) => {
    expect(verify({ options, headers: { "x-sig": value } })).toEqual({ ok: true, secretIndex: 0 });
  });

  test.for([
    `v1=${wrong}`,
    `v0=${signatures.body}`,
    `v1=${signatures.body};v1=${wrong}`,
    signatures.body,
    ",,,",
    "v1=",
  ])("no other item is taken: %s", (value) => {
    expect(verify({ options, headers: { "x-sig": value } }).ok).toBe(false);
  });

  test("a header without the separator of the options is one signature", () => {
    const value = `v1=${signatures.body},v1=${wrong}`;

    expect(verify({ options: { prefix: "v1=" }, headers: { "x-sig": value } }).ok).toBe(false);
  });
});

describe("the options timestampHeader and timestampPrefix", () => {
  const item = { separator: ",", prefix: "v1=", timestampPrefix: "t=" };

  test.for([
    ["seconds", "1700000000", startMs],
    ["milliseconds", "1700000000123", startMs + 123],
    ["RFC 3339", "2023-11-14T22:13:20Z", startMs],
    ["RFC 3339 in lower case", "2023-11-14t22:13:20z", startMs],
  ] as const)("a time in %s is read from an item and from a header", ([, time, timestampMs]) => {
    const signature = signatures[`${time}.`];
    const inItem = { "x-sig": `t=${time},v1=${signature}` };
    const inHeader = { "x-sig": signature, "x-time": time };
    const verified = { ok: true, secretIndex: 0, timestampMs };

    expect(verify({ options: item, headers: inItem })).toEqual(verified);
    expect(verify({ options: { timestampHeader: "X-Time" }, headers: inHeader })).toEqual(verified);
  });

  test.for([
    ["99999999999", 99_999_999_999_000],
    ["100000000000", 100_000_000_000],
    ["2023-11-14T22:13:20.123456789Z", startMs + 123],
    // Java's pattern Z (https://docs.oracle.com/javase/8/docs/api/java/text/SimpleDateFormat.html) has no colon.
    ["2023-11-15T07:13:20.000+0900", startMs],
    ["17", 17_000],
  ] as const)("the time %s is read", ([time, timestampMs]) => {
    const text = `${time}.${order}`;
    const signature = createHmac("sha256", secretsInUse.hmac).update(text).digest("hex");
    const headers = { "x-sig": signature, "x-time": time };

    expect(verify({ options: { timestampHeader: "x-time" }, headers })).toMatchObject({
      timestampMs,
    });
  });

  test.for([
    ["{timestamp}{body}", "001700000000"],
    ["{timestamp}{body}", "170000000000"],
    ["{timestamp}{body}", "17000000001234"],
    ["{timestamp}.{body}", "17000000001234"],
    ["{timestamp}.{body}", " 2023-11-14T22:13:20Z"],
    ["{timestamp}.{body}", "2023-11-14T22:13:20Z "],
    ["{timestamp}.{body}", "2023-11-14T22:13:20 GMT"],
  ] as const)("the template %s refuses the time %j, although it is signed", ([template, time]) => {
    const text = template.replace("{timestamp}", time).replace("{body}", order);
    const signature = createHmac("sha256", secretsInUse.hmac).update(text).digest("hex");
    const headers = { "x-sig": signature, "x-time": time };

    expect(verify({ options: { timestampHeader: "x-time", template }, headers })).toEqual({
      ok: false,
      reason: "the header x-time holds no <time: 10 or 13 digits, RFC 3339, or an HTTP date>",
    });
  });

  // The comma of such a date is often the separator of the items too.
  test("a time as an HTTP date is read from a header", () => {
    const time = "Tue, 14 Nov 2023 22:13:20 GMT";
    const headers = { "x-sig": signatures[`${time}.`], "x-time": time };

    expect(verify({ options: { timestampHeader: "X-Time" }, headers })).toEqual({
      ok: true,
      secretIndex: 0,
      timestampMs: startMs,
    });
  });

  test.for([
    ...["1700000001", "01700000000", "", "now", "1700000000.0", "2023-11-14"],
    ...["14 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:13:20", "Tue, 14 Nov 2023 22:13:20 KST"],
  ])("another time is refused: %j", (time) => {
    const signature = signatures["1700000000."];
    const inItem = { "x-sig": `t=${time},v1=${signature}` };
    const inHeader = { "x-sig": signature, "x-time": time };

    expect(verify({ options: item, headers: inItem }).ok).toBe(false);
    expect(verify({ options: { timestampHeader: "x-time" }, headers: inHeader }).ok).toBe(false);
  });

  test("a time that comes twice is refused, and the reason names the item", () => {
    const value = `t=1700000000,t=1700000000,v1=${signatures["1700000000."]}`;

    expect(verify({ options: item, headers: { "x-sig": value } })).toEqual({
      ok: false,
      reason: "the header x-sig holds no t=<time: 10 or 13 digits, RFC 3339, or an HTTP date>",
    });
  });

  test.for([
    ["without a separator", { timestampPrefix: "t=" }],
    ["beside a timestampHeader", { ...item, timestampHeader: "x-time" }],
    ["with the separator in it", { separator: "=", timestampPrefix: "t=" }],
  ] as const)("a timestampPrefix %s is a problem", ([, options]) => {
    expect(problemsWith(options)).toEqual([
      "WEBHOOK_SOURCES hook.timestampPrefix needs a separator that it does not contain, and no timestampHeader",
    ]);
  });

  // No item of the header could begin with it.
  // HaloPSA sends `sha256= <hex>` (https://github.com/jackmusick/bifrost/issues/726, read 2026-12-01).
  test("a prefix may end with a blank", () => {
    const signature = createHmac("sha256", secretsInUse.hmac).update(order).digest("hex");
    const headers = { "x-sig": `sha256= ${signature}` };

    expect(problemsWith({ prefix: "sha256= " })).toEqual([]);
    expect(verify({ options: { prefix: "sha256= " }, headers }).ok).toBe(true);
    expect(verify({ options: { prefix: "sha256=" }, headers }).ok).toBe(false);
  });

  test("a prefix that contains the separator is a problem", () => {
    expect(problemsWith({ separator: ",", prefix: "v1," })).toEqual([
      "WEBHOOK_SOURCES hook.prefix must not contain the separator",
    ]);
    expect(problemsWith({ prefix: "v1," })).toEqual([]);
  });

  test("a timestampPrefix has the options of the replay window", () => {
    expect(problemsWith({ ...item, toleranceSeconds: 10, futureToleranceSeconds: 20 })).toEqual([]);
  });

  test.for(["separator", "timestampPrefix"])("an empty %s is a problem", (option) => {
    expect(problemsWith({ ...item, [option]: "" })).toEqual([
      `WEBHOOK_SOURCES hook.${option} must be text`,
    ]);
  });
});

describe("the option idHeader", () => {
  test.for([
    ["{id}.{timestamp}.{body}", "evt_1", "1700000000", "evt_1.1700000000."],
    ["{id}.{timestamp}.{body}", "evt.1", "1700000000", "evt.1.1700000000."],
    ["{id}-{timestamp}-{body}", "evt-17", "1700000000", "evt-17-1700000000-"],
    ["{timestamp}:{id}:{body}", "evt_1", "1700000000", "1700000000:evt_1:"],
    ["{id}{timestamp}{body}", "0b1c-4", "2023-11-14T22:13:20.5Z", "0b1c-4|2023-11-14T22:13:20.5Z"],
    ["{id}{timestamp}{body}", "evt_123", "1700000000", "evt_123|1700000000"],
    [
      "{id}{timestamp}{body}",
      "evt_1",
      "Tue, 14 Nov 2023 22:13:20 GMT",
      "evt_1|Tue, 14 Nov 2023 22:13:20 GMT",
    ],
  ] as const)("the template %s signs the id %s", ([template, id, time, text]) => {
    const options = { idHeader: "X-Id", timestampHeader: "X-Time", template };
    const headers = { "x-sig": signatures[text], "x-id": id, "x-time": time };

    expect(verify({ options, headers })).toMatchObject({ ok: true, secretIndex: 0 });
  });

  test.for([
    ["{id}{body}", "evt_7", "evt_7"],
    ["{id}.{body}", "evt_1", "evt_1."],
    ["{id}-{body}", "evt-1", "evt-1-"],
  ] as const)("the template %s without a time signs the id %s", ([template, id, text]) => {
    const options = { idHeader: "X-Id", template };

    expect(verify({ options, headers: { "x-sig": signatures[text], "x-id": id } })).toEqual({
      ok: true,
      secretIndex: 0,
    });
  });

  test("the header of the id is the one that the signature covers, in lower case", () => {
    const options = { header: "x-sig", idHeader: "X-Id", template: "{id}.{body}" };

    expect(verifierNamed("hmac", options).signedHeader).toBe("x-id");
    expect(verifierNamed("hmac", { header: "x-sig" }).signedHeader).toBe(undefined);
  });

  test.for([{}, { "x-id": "" }])("a missing id is refused with the name of its header", (id) => {
    const options = { idHeader: "x-id", template: "{id}{body}" };

    expect(verify({ options, headers: { "x-sig": signatures.body, ...id } })).toEqual({
      ok: false,
      reason: "the header x-id is missing",
    });
  });
});

describe("the option encoding", () => {
  // … -binary | base64, with - for + and _ for /
  test.for([
    "8uNUybAW4jkXCyp3LpU9gh5_S75Ai0fxBL6SfraA29I",
    "8uNUybAW4jkXCyp3LpU9gh5_S75Ai0fxBL6SfraA29I=",
  ])("base64url is accepted with and without padding: %s", (value) => {
    expect(verify({ options: { encoding: "base64url" }, headers: { "x-sig": value } })).toEqual({
      ok: true,
      secretIndex: 0,
    });
  });

  test.for([
    "8uNUybAW4jkXCyp3LpU9gh5/S75Ai0fxBL6SfraA29I=",
    "8uNUybAW4jkXCyp3LpU9gh5_S75Ai0fxBL6SfraA29J",
    "8uNUybAW4jkXCyp3LpU9gh5_S75Ai0fxBL6SfraA29I===",
    "8uNUybAW4jkXCyp3LpU9gh5_S75Ai0fxBL6SfraA2",
    "=8uNUybAW4jkXCyp3LpU9gh5_S75Ai0fxBL6SfraA29I",
    "8uNUybAW=4jkXCyp3LpU9gh5_S75Ai0fxBL6SfraA29I",
  ])("no other text is accepted as base64url: %s", (value) => {
    expect(verify({ options: { encoding: "base64url" }, headers: { "x-sig": value } }).ok).toBe(
      false,
    );
  });

  test.for([
    ["base64", signatures.body, "hex"],
    ["base64", "8uNUybAW4jkXCyp3LpU9gh5_S75Ai0fxBL6SfraA29I", "base64url"],
    ["hex", "8uNUybAW4jkXCyp3LpU9gh5/S75Ai0fxBL6SfraA29I=", "base64"],
    ["base64url", "8uNUybAW4jkXCyp3LpU9gh5/S75Ai0fxBL6SfraA29I=", "base64"],
  ] as const)("the reason names the encoding that fits instead of %s: %s", (row) => {
    const [encoding, value, other] = row;

    expect(verify({ options: { encoding }, headers: { "x-sig": value } })).toEqual({
      ok: false,
      reason: `the header x-sig holds no <${encoding} of 32 bytes>, but ${other}`,
    });
  });
});

test("base64url of 64 bytes is accepted with both characters of padding", () => {
  // … openssl dgst -sha512 -hmac … -binary | base64
  const value =
    "If6wzbbCntK5YQmwmR-0meXfjmzT1H4cwpRi-TJzakyCMKj-0dupy11KFl4K-_p85NASfcBvyY-CbE7GH-llQQ==";
  const options = { encoding: "base64url", algorithm: "sha512" };

  expect(verify({ options, headers: { "x-sig": value } }).ok).toBe(true);
  expect(verify({ options, headers: { "x-sig": value.slice(0, -2) } }).ok).toBe(true);
});

test("a header name that is no text is a problem", () => {
  expect(problemsWith({ header: 5, idHeader: null, timestampHeader: ["x-time"] })).toEqual([
    "WEBHOOK_SOURCES hook.header must be a header name of at most 100 characters",
    "WEBHOOK_SOURCES hook.timestampHeader must be a header name of at most 100 characters",
    "WEBHOOK_SOURCES hook.idHeader must be a header name of at most 100 characters",
  ]);
});

describe("the option secretEncoding", () => {
  // openssl dgst -sha256 -mac HMAC -macopt hexkey:00112233445566778899aabbccddeeff
  const headers = {
    "x-sig": "0872f5568cc42757e4980c482c2c6f18b22da39eb0781d094b670c7e3973afff",
  };

  test.for([
    ["hex", "00112233445566778899aabbccddeeff"],
    ["hex", "00112233445566778899AABBCCDDEEFF"],
    ["base64", "ABEiM0RVZneImaq7zN3u/w=="],
    ["base64", "ABEiM0RVZneImaq7zN3u/w"],
    ["base64", "whsec_ABEiM0RVZneImaq7zN3u/w=="],
  ] as const)("a key in %s is decoded: %s", ([secretEncoding, secret]) => {
    expect(problemsWith({ secretEncoding }, secret)).toEqual([]);
    expect(verify({ options: { secretEncoding }, headers, secret })).toEqual({
      ok: true,
      secretIndex: 0,
    });
  });

  test.for(["ABEiM0RVZneImaq7zN3u_w==", "ABEiM0RVZneImaq7zN3u_w", "whsec_ABEiM0RVZneImaq7zN3u_w"])(
    "a key in base64 is decoded in the alphabet for URLs too: %s",
    (secret) => {
      const options = { secretEncoding: "base64" };

      expect(problemsWith(options, secret)).toEqual([]);
      expect(verify({ options, headers, secret })).toEqual({ ok: true, secretIndex: 0 });
    },
  );

  test.for(["00112233445566778899aabbccddeeff", "ABEiM0RVZneImaq7zN3u/w=="])(
    "a key is taken as text by default, and no second reading is tried: %s",
    (secret) => {
      expect(verify({ options: {}, headers, secret }).ok).toBe(false);
      expect(verify({ options: { secretEncoding: "utf8" }, headers, secret }).ok).toBe(false);
    },
  );

  test.for([
    ["hex", "0011223344556677889"],
    ["hex", "0x112233445566778899aabbccddeeff"],
    ["hex", "ABEiM0RVZneImaq7zN3u/w=="],
    ["base64", "ABEiM0RVZneImaq7zN3u/w="],
    ["base64", "a secret with blanks in it"],
    ["base64", "whsec_"],
  ] as const)("a key that is not %s is a problem of its source, without the key: %s", (row) => {
    const [secretEncoding, secret] = row;

    expect(problemsWith({ secretEncoding }, secret)).toEqual([
      `WEBHOOK_SECRETS of the source hook must be ${secretEncoding} (secretEncoding)`,
    ]);
    expect(verify({ options: { secretEncoding }, headers, secret }).ok).toBe(false);
  });

  test("another word is a problem that lists the words", () => {
    expect(problemsWith({ secretEncoding: "utf-8" })).toEqual([
      "WEBHOOK_SOURCES hook.secretEncoding must be one of utf8, base64, hex",
    ]);
  });
});
