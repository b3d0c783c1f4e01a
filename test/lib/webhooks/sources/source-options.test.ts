import { describe, expect, test } from "vitest";
import { parsePointer } from "../../../../lib/encoding/json-source.ts";
import { parseSelectors } from "../../../../lib/webhooks/mapping/selectors.ts";
import { schemes } from "../../../../lib/webhooks/sources/schemes.ts";
import { warningsAbout } from "../../../../lib/webhooks/sources/sources.ts";
import { parse, type SourceOptions, sourceProblems } from "../../../support/sources.ts";
import { secretsInUse } from "../../../support/spoken.ts";

const words = [...schemes.keys()];
/** Required options of each scheme. */
const needed: Readonly<Record<string, SourceOptions>> = {
  hmac: { header: "x-signature" },
  "public-key": { header: "x-signature", algorithm: "ed25519" },
  token: { header: "x-api-key" },
  twilio: { url: "https://hooks.example.com/twilio" },
  meta: { challenge: "none" },
};
const publicKey = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29";
const fitting: Readonly<Record<string, string>> = {
  "standard-webhooks": secretsInUse.standard,
  svix: secretsInUse.standard,
  portone: secretsInUse.standard,
  discord: publicKey,
  "public-key": publicKey,
  basic: secretsInUse.basic,
};

/** Returns the problems of a source whose other options and secret are right. */
function problemsWith(
  verifier: string,
  options: SourceOptions,
  secret = fitting[verifier],
): string[] {
  const hook = { verifier, ...needed[verifier], ...options };
  return sourceProblems({ hook }, { hook: [secret ?? secretsInUse.provider] });
}

function windowOf(verifier: string, options: SourceOptions = {}) {
  const hook = { verifier, ...needed[verifier], ...options };
  const parsed = parse({ hook }, { hook: [fitting[verifier] ?? secretsInUse.provider] });
  return parsed.ok ? parsed.value.byName.get("hook")?.window : undefined;
}

const hmacTimed = { timestampHeader: "x-time" };
const timed = [
  ...["gitlab", "linear", "standard-webhooks", "svix", "portone"],
  ...["stripe", "paddle", "slack", "zoom", "discord", "toss", "chzzk"],
];
const untimed = [
  ...["github", "bitbucket", "jira", "pagerduty", "shopify", "line", "naver-works", "kakao"],
  ...["telegram", "twilio", "meta", "hmac", "public-key", "bearer", "basic", "token", "none"],
];

describe("toleranceSeconds and futureToleranceSeconds", () => {
  test("every verifier is in one of the two lists of this test", () => {
    expect([...timed, ...untimed].sort()).toEqual([...words].sort());
  });

  test.for(timed)("the options belong to %s, which signs a time", (verifier) => {
    expect(problemsWith(verifier, { toleranceSeconds: 0, futureToleranceSeconds: 86_400 })).toEqual(
      [],
    );
  });

  test.for(untimed)("the options do not belong to %s, which signs no time", (verifier) => {
    expect(problemsWith(verifier, { toleranceSeconds: 300, futureToleranceSeconds: 60 })).toEqual([
      `WEBHOOK_SOURCES hook.toleranceSeconds is no option of ${verifier}, which signs no time`,
      `WEBHOOK_SOURCES hook.futureToleranceSeconds is no option of ${verifier}, which signs no time`,
    ]);
  });

  test("the reason says what an hmac lacks for them", () => {
    expect(problemsWith("hmac", { header: "x-sig", toleranceSeconds: 300 })).toEqual([
      "WEBHOOK_SOURCES hook.toleranceSeconds is no option of hmac, which signs no time",
    ]);
  });

  test("the options belong to hmac with a timestampHeader", () => {
    expect(problemsWith("hmac", { ...hmacTimed, toleranceSeconds: 1 })).toEqual([]);
  });

  test.for([-1, 86_401, 0.5, "1e3", "-1", true, [300], "a"])(
    "the value %j is refused",
    (seconds) => {
      const text = "must be a whole number from 0 to 86400";

      expect(
        problemsWith("slack", { toleranceSeconds: seconds, futureToleranceSeconds: seconds }),
      ).toEqual([
        `WEBHOOK_SOURCES hook.toleranceSeconds ${text}`,
        `WEBHOOK_SOURCES hook.futureToleranceSeconds ${text}`,
      ]);
    },
  );

  test.for([0, 1, 86_400, "86400"])("the value %j is accepted", (seconds) => {
    expect(
      windowOf("slack", { toleranceSeconds: seconds, futureToleranceSeconds: seconds }),
    ).toEqual({
      toleranceSeconds: Number(seconds),
      futureToleranceSeconds: Number(seconds),
    });
  });

  test.for([
    ["slack", 300],
    ["stripe", 300],
    ["standard-webhooks", 300],
    ["discord", 900],
    ["zoom", 7_200],
    ["linear", 28_800],
  ] as const)("the defaults of %s are %i and 300", ([verifier, toleranceSeconds]) => {
    expect(windowOf(verifier)).toEqual({ toleranceSeconds, futureToleranceSeconds: 300 });
  });

  test("the tolerance of a provider that retries late can be reduced to zero", () => {
    expect(windowOf("zoom", { toleranceSeconds: 0 })).toMatchObject({ toleranceSeconds: 0 });
  });

  describe("the old names", () => {
    const old = { pastSecondsMax: 10, futureSecondsMax: 20 };

    test("the old names are read, with a warning that says the new ones", () => {
      const parsed = parse(
        { hook: { verifier: "slack", ...old } },
        { hook: [secretsInUse.github] },
      );

      expect(windowOf("slack", old)).toEqual({ toleranceSeconds: 10, futureToleranceSeconds: 20 });
      expect(parsed.ok && warningsAbout(parsed.value)).toEqual([
        "WEBHOOK_SOURCES hook.pastSecondsMax is now called toleranceSeconds",
        "WEBHOOK_SOURCES hook.futureSecondsMax is now called futureToleranceSeconds",
      ]);
    });

    test("an old name beside its new one is refused", () => {
      const both = { ...old, toleranceSeconds: 10, futureToleranceSeconds: 20 };

      expect(problemsWith("slack", both)).toEqual([
        "WEBHOOK_SOURCES hook.pastSecondsMax is the old name of toleranceSeconds: set one",
        "WEBHOOK_SOURCES hook.futureSecondsMax is the old name of futureToleranceSeconds: set one",
      ]);
    });

    test("the old names do not belong to a verifier that signs no time", () => {
      expect(problemsWith("github", { pastSecondsMax: 10 })).toEqual([
        "WEBHOOK_SOURCES hook.pastSecondsMax is no option of github, which signs no time",
      ]);
    });
  });
});

describe("methods and bodyType", () => {
  test.for([[], ["PUT"], ["get"], "GET", ["GET", "HEAD"], [1], {}])(
    "methods of %j are refused",
    (methods) => {
      expect(problemsWith("none", { methods })).toEqual([
        'WEBHOOK_SOURCES hook.methods must be a list of "POST" and "GET"',
      ]);
    },
  );

  test.for([["JSON"], [""], [null], [["json"]]])("a bodyType of %j is refused", ([bodyType]) => {
    expect(problemsWith("none", { bodyType })).toEqual([
      "WEBHOOK_SOURCES hook.bodyType must be one of auto, json",
    ]);
  });

  test("the options belong to every verifier", () => {
    for (const verifier of words.filter((word) => word !== "none")) {
      const options = { methods: ["GET", "POST"], bodyType: "json" };

      expect([verifier, problemsWith(verifier, options)]).toEqual([verifier, []]);
    }
  });
});

describe("split", () => {
  test.for(["events", "events/0", "/a~2", "/a~", " /a", "#/a", 5, true, ["/a"], { a: 1 }])(
    "the pointer %j is refused",
    (split) => {
      expect(problemsWith("none", { split })).toEqual([
        "WEBHOOK_SOURCES hook.split must be a JSON pointer to an array",
      ]);
    },
  );

  test.for(["/", "/events", "/a~1b/0/c~0d", "/한 글"])("the pointer %j is accepted", (split) => {
    expect(problemsWith("none", { split })).toEqual([]);
  });
});

describe("selectors of elements", () => {
  const options = ["id", "type", "key", "subject"];

  test.for(options)("an element selector as %s of a source without split is refused", (option) => {
    for (const places of [["element:/a"], ["body:/a", "element:", "const:b"]]) {
      expect(problemsWith("none", { [option]: places })).toEqual([
        `WEBHOOK_SOURCES hook.${option} has an element without split`,
      ]);
    }
  });

  test("all unusable selectors are reported together", () => {
    const everywhere = Object.fromEntries(options.map((option) => [option, ["element:/a"]]));

    expect(problemsWith("github", everywhere)).toHaveLength(4);
    expect(problemsWith("none", { ...everywhere, split: "/events" })).toEqual([]);
  });

  test.for(options)(
    "an element selector as %s of line, which is split by itself, is accepted",
    (option) => {
      expect(problemsWith("line", { [option]: ["element:/a"] })).toEqual([]);
    },
  );

  test("selectors of elements are not reported if split itself is wrong", () => {
    expect(problemsWith("none", { id: ["element:/a"], split: "events" })).toEqual([
      "WEBHOOK_SOURCES hook.split must be a JSON pointer to an array",
    ]);
  });
});

describe("the template of hmac", () => {
  const problem =
    "WEBHOOK_SOURCES hook.template must hold {body}, {timestamp} for a time, {id} for an idHeader, once each, {id} before {body} and not right after {timestamp}";

  test.for([
    ["no {body}", { template: "v0:" }],
    ["two of {body}", { template: "{body}{body}" }],
    ["a {timestamp} without its header", { template: "{timestamp}.{body}" }],
    ["no {timestamp} for its header", { ...hmacTimed, template: "{body}" }],
    ["two of {timestamp}", { ...hmacTimed, template: "{timestamp}{timestamp}{body}" }],
    ["{BODY}", { template: "{BODY}" }],
    ["the name of a part that is none", { template: "{method}{body}" }],
    [
      "a {Timestamp} beside the right one",
      { ...hmacTimed, template: "{Timestamp}{timestamp}{body}" },
    ],
    ["no {id} for its header", { idHeader: "x-id", template: "{body}" }],
    ["no {id} for its header by default", { idHeader: "x-id" }],
    ["two of {id}", { idHeader: "x-id", template: "{id}{id}{body}" }],
    ["an {id} after the body", { idHeader: "x-id", template: "{body}.{id}" }],
    ["an {id} that touches the body before it", { idHeader: "x-id", template: "{body}{id}" }],
    [
      "an {id} that touches the time before it",
      { ...hmacTimed, idHeader: "x-id", template: "{timestamp}{id}.{body}" },
    ],
    [
      "an {id} that digits separate from the time before it",
      { ...hmacTimed, idHeader: "x-id", template: "{timestamp}7{id}.{body}" },
    ],
  ] as const)("a template with %s is a problem", ([, options]) => {
    expect(problemsWith("hmac", options)).toEqual([problem]);
  });

  test("a template may have line breaks, and no place for an id without a header", () => {
    expect(problemsWith("hmac", { template: "v0\n{body}\n" })).toEqual([]);
    expect(problemsWith("hmac", { template: "{id}.{body}" })).toEqual([problem]);
    expect(problemsWith("hmac", { template: "" })).toHaveLength(1);
  });

  // printf '<text>' | openssl dgst -sha256 -hmac <the secret in use>
  test.for([
    ["{body} by default", {}, "2d593188a7418c38a4e665dee2ceb67d1384abea520144400de6becf605bd23c"],
    [
      "{timestamp}.{body} by default with a timestampHeader",
      hmacTimed,
      "81084c9187cee2069b5b872079934e6c5eea54f2a48fc72e4b0690e93da15aaf",
    ],
    [
      "v0:{body}:{timestamp}",
      { ...hmacTimed, template: "v0:{body}:{timestamp}" },
      "3f1e35b12fe6f4fb65fdfdffb40e9a0994b90215c834e8f5d3e3eac305cc80cc",
    ],
  ] as const)("a template is the signed text: %s", ([, options, signature]) => {
    const hook = { verifier: "hmac", header: "X-Signature", ...options };
    const parsed = parse({ hook }, { hook: [secretsInUse.hmac] });
    const source = parsed.ok ? parsed.value.byName.get("hook") : undefined;
    const headers = new Map([
      ["x-signature", signature],
      ["x-time", "1700000000"],
    ]);

    const verification = source?.verifier.verify(
      { headers, body: Buffer.from("abc") },
      source.secrets,
    );

    expect(verification).toMatchObject({ ok: true, secretIndex: 0 });
  });
});

describe("a secret of a wrong form", () => {
  const standard = "whsec_ and base64, or whpk_ and the base64 of an ed25519 public key";
  const discord = "the application's public key: 64 hex digits";

  test.for([
    ["standard-webhooks", secretsInUse.provider, standard],
    ["svix", `whsec_${secretsInUse.provider}`, standard],
    ["portone", "whsec_", standard],
    ["standard-webhooks", "whpk_AAAA", standard],
    [
      "gitlab",
      `whsec_${secretsInUse.provider}`,
      "a secret token, or a signing token: whsec_ and base64",
    ],
    ["discord", secretsInUse.provider, discord],
    ["discord", publicKey.slice(1), discord],
    ["discord", `${publicKey}00`, discord],
    ["discord", `${publicKey}zz`, discord],
    ["discord", `${publicKey.slice(0, -1)}g`, discord],
    ["basic", secretsInUse.token, "user:password"],
    ["basic", ":a-password-without-a-user", "user:password"],
    ["basic", "a-user-without-a-password:", "user:password"],
  ] as const)(
    "a wrong secret of %s is a problem and is not shown (%#)",
    ([verifier, secret, form]) => {
      expect(problemsWith(verifier, {}, secret)).toEqual([
        `WEBHOOK_SECRETS of the source hook must be ${form}`,
      ]);
    },
  );

  test.for(["standard-webhooks", "gitlab", "discord", "basic"])(
    "a wrong secret of %s is a problem beside a good one too",
    (verifier) => {
      const good = fitting[verifier] ?? secretsInUse.provider;
      const problems = sourceProblems({ hook: { verifier } }, { hook: [good, "whsec_-"] });

      expect(problems).toEqual([
        expect.stringMatching(/^WEBHOOK_SECRETS of the source hook must be /),
      ]);
    },
  );
});

test.for([
  ["filter", ""],
  ["filter", null],
  ["topic", ""],
  ["id", null],
  ["partition", ""],
] as const)(
  "the option %s that a template left as %j is a problem, not absent",
  ([option, value]) => {
    expect(problemsWith("none", { [option]: value })).toHaveLength(1);
  },
);

describe("Twilio's url", () => {
  test.for([
    ["absent", undefined, "is required"],
    ["empty", "", "must be the http or https URL that Twilio calls"],
    ["a path", "/hooks/twilio", "must be the http or https URL that Twilio calls"],
    [
      "a host without a scheme",
      "a.example:443/x",
      "must be the http or https URL that Twilio calls",
    ],
    ["padded behind", "https://a.example/ ", "must be the http or https URL that Twilio calls"],
    ["padded", " https://a.example/", "must be the http or https URL that Twilio calls"],
    ["of another scheme", "ftp://a.example/", "must be the http or https URL that Twilio calls"],
    ["a number", 1, "must be the http or https URL that Twilio calls"],
  ] as const)("a url that is %s is a problem", ([, url, text]) => {
    expect(problemsWith("twilio", { url })).toEqual([`WEBHOOK_SOURCES hook.url ${text}`]);
  });

  test("a url may be http, as Twilio itself accepts it", () => {
    expect(problemsWith("twilio", { url: "http://a.example/x" })).toEqual([]);
  });

  test("the url is not an option of another verifier", () => {
    expect(problemsWith("github", needed["twilio"] ?? {})).toEqual([
      "WEBHOOK_SOURCES hook.url is no option of github",
    ]);
  });
});

describe.each([...schemes])("the verifier %s", (word, create) => {
  const { preset } = create();
  test("a source needs only the verifier's own options and a secret", () => {
    expect(problemsWith(word, {})).toEqual([]);
  });

  test("the preset has valid selectors, none of them call, and element selectors only with split", () => {
    const { id = [], type = [], key = [], subject = [], split } = preset;
    const places = [id, type, key, subject].map(parseSelectors);
    const froms = places.flatMap((list) => (list ?? []).map(({ from }) => from));

    expect(places).not.toContain(undefined);
    expect(froms).not.toContain("call");
    expect(froms.includes("element") ? split : "/").toMatch(/^\//);
    expect(split === undefined ? [] : parsePointer(split)).toBeDefined();
  });

  test("the preset leaves more time to respond than the reserve, and its type prefix begins well", () => {
    expect(preset.senderTimeoutMs ?? 2_000).toBeGreaterThanOrEqual(2_000);
    expect(preset.typePrefix ?? "").toMatch(/^([a-z0-9]+\.)*$/);
  });
});
