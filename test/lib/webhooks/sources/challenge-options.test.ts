import { describe, expect, test } from "vitest";
import { warningsAbout } from "../../../../lib/webhooks/sources/sources.ts";
import { parse, sourceProblems } from "../../../support/sources.ts";
import { secretsInUse } from "../../../support/spoken.ts";

const { verifyToken, hmac } = secretsInUse;
const hook = { verifier: "hmac", header: "x-sig", challenge: "meta" };
const secrets = { hook: [hmac], "hook.verifyToken": [verifyToken] };

function without(name: keyof typeof secrets) {
  const { [name]: _, ...others } = secrets;
  return others;
}

describe("the option challenge", () => {
  test.for([
    ["meta", secrets],
    ...[
      "microsoft",
      "cloudevents",
      "okta",
      "twitter",
      "json",
      "slack",
      "zoom",
      "discord",
      "none",
    ].map((name) => [name, { hook: [hmac] }] as const),
  ] as const)("the challenge %s may be set on any source", ([challenge, given]) => {
    expect(sourceProblems({ hook: { ...hook, challenge } }, given)).toEqual([]);
  });

  test.for(["Meta", "facebook", "", 1, null, ["meta"]])(
    "the challenge %j is refused",
    (challenge) => {
      expect(sourceProblems({ hook: { ...hook, challenge } }, { hook: [hmac] })).toEqual([
        "WEBHOOK_SOURCES hook.challenge must be one of meta, microsoft, dropbox, cloudevents, okta, twitter, " +
          "json, slack, zoom, discord, twitch, none",
      ]);
    },
  );

  test.for([
    ["slack", "slack"],
    ["zoom", "zoom"],
  ] as const)("the challenge of the preset %s is left out by none", ([verifier]) => {
    const challengeOf = (options: object) => {
      const parsed = parse({ hook: { verifier, ...options } }, { hook: [hmac] });
      return parsed.ok ? parsed.value.byName.get("hook")?.challenge : undefined;
    };

    expect(challengeOf({})).toHaveProperty("proved");
    expect(challengeOf({ challenge: "none" })).toEqual({});
    expect(challengeOf({ challenge: "okta" })).toHaveProperty("unproved");
  });

  test.for(["twitter", "zoom"])("the challenge %s needs a secret", (challenge) => {
    expect(sourceProblems({ hook: { verifier: "none", challenge } })).toEqual([
      "WEBHOOK_SOURCES hook.challenge needs a verifier that has a secret",
    ]);
  });
});

describe("verify tokens", () => {
  test("a missing verify token is a problem", () => {
    const problem = "WEBHOOK_SECRETS has no secret for hook.verifyToken";

    expect(sourceProblems({ hook }, without("hook.verifyToken"))).toEqual([problem]);
    expect(sourceProblems({ hook }, { ...secrets, "hook.verifyToken": [] })).toEqual([problem]);
  });

  test("a verify token is no secret of its source", () => {
    expect(sourceProblems({ hook }, without("hook"))).toEqual([
      "WEBHOOK_SECRETS has no secret for the source hook",
    ]);
    const parsed = parse({ hook }, secrets);
    expect(parsed.ok && parsed.value.byName.get("hook")).toMatchObject({
      secrets: [hmac],
      verifyTokens: [verifyToken],
    });
  });

  test("a verify token that is a secret of its source too is refused without being shown", () => {
    const both = { ...secrets, "hook.verifyToken": [verifyToken, ` ${hmac} `] };

    expect(sourceProblems({ hook }, both)).toEqual([
      "WEBHOOK_SECRETS has one text for hook and for hook.verifyToken, which senders put into URLs",
    ]);
  });

  test.for(["none", "okta"])("a verify token is refused where the challenge is %s", (challenge) => {
    expect(sourceProblems({ hook: { ...hook, challenge } }, secrets)).toEqual([
      "WEBHOOK_SECRETS has secrets for hook.verifyToken, and the challenge of hook takes none",
    ]);
  });

  test.for(["", "a\nb", 1, null])("the verify token %j is refused", (token) => {
    expect(sourceProblems({ hook }, { ...secrets, "hook.verifyToken": [token] })).toEqual([
      "WEBHOOK_SECRETS of the source hook.verifyToken must be a list of secrets, each text of one line and not blank",
    ]);
  });

  test.for([
    ["hook.verifytoken", "hook.verifyToken"],
    ["hok.verifyToken", "hook.verifyToken"],
    ["hook.verifyTokens", "hook.verifyToken"],
  ] as const)("secrets for %s suggest %s", ([name, meant]) => {
    expect(
      sourceProblems({ hook }, { ...without("hook.verifyToken"), [name]: [verifyToken] }),
    ).toEqual([
      "WEBHOOK_SECRETS has no secret for hook.verifyToken",
      `WEBHOOK_SECRETS has secrets for ${name}, which is no source of WEBHOOK_SOURCES: did you mean ${meant}?`,
    ]);
  });

  test("a verify token among the options is refused without being shown", () => {
    expect(sourceProblems({ hook: { ...hook, verifyToken } }, secrets)).toEqual([
      "WEBHOOK_SOURCES hook.verifyToken is a secret: WEBHOOK_SECRETS takes it as <source>.verifyToken",
    ]);
  });

  test("a placeholder in the place of a verify token stops its source", () => {
    const parsed = parse({ hook }, { ...secrets, "hook.verifyToken": [verifyToken, "changeme"] });

    expect(parsed.ok && parsed.value.byName.get("hook")?.faults).toEqual([
      {
        setting: "WEBHOOK_SECRETS",
        text: "of the source hook.verifyToken holds a placeholder, no secret: number 2 of 2",
      },
    ]);
  });

  test("a source that anyone may send to may have a verify token, without a warning", () => {
    const open = { hook: { verifier: "none", challenge: "meta" } };
    const parsed = parse(open, { "hook.verifyToken": [verifyToken] });

    expect(parsed.ok ? warningsAbout(parsed.value) : undefined).toEqual([]);
  });
});

describe("replyStatus and replyBody", () => {
  test.for([200, 202, 204, "202"])("the status %j is accepted", (replyStatus) => {
    expect(sourceProblems({ hook: { verifier: "none", replyStatus, replyBody: "none" } })).toEqual(
      [],
    );
  });

  test.for([201, 203, 199, 500, "", null, "ok", [200]])(
    "the status %j is refused",
    (replyStatus) => {
      expect(sourceProblems({ hook: { verifier: "none", replyStatus } })).toEqual([
        "WEBHOOK_SOURCES hook.replyStatus must be 200, 202 or 204",
      ]);
    },
  );

  test.for(["text", "", null, true])("the body %j is refused", (replyBody) => {
    expect(sourceProblems({ hook: { verifier: "none", replyBody } })).toEqual([
      "WEBHOOK_SOURCES hook.replyBody must be one of json, none",
    ]);
  });
});
