import { describe, expect, test } from "vitest";
import { warningsAbout } from "../../lib/webhooks/sources.ts";
import { parse, problemsOf } from "../support/sources.ts";
import { secretsInUse } from "../support/spoken.ts";

const namesText =
  "WEBHOOK_SOURCES must be an object of source names ([a-z0-9-]{1,50}) and their options";
const secretsText =
  "WEBHOOK_SECRETS must be an object of source names and lists of secrets, none blank or a placeholder";

describe("names of sources", () => {
  test.for([
    ["upper case", "Hook"],
    ["a dot", "a.b"],
    ["nothing", ""],
    ["51 letters", "a".repeat(51)],
  ])("with %s are refused", ([, name]) => {
    expect(problemsOf({ [name ?? ""]: { verifier: "none" } })).toEqual([namesText]);
  });

  test("may be 50 letters long, or the name of something that objects inherit", () => {
    const names = ["a".repeat(50), "constructor", "0"];
    const parsed = parse(Object.fromEntries(names.map((name) => [name, { verifier: "none" }])));

    expect(parsed.ok ? [...parsed.value.byName.keys()].sort() : []).toEqual([...names].sort());
  });

  test("like __proto__ in JSON text are refused, not lost", () => {
    expect(problemsOf('{"__proto__":{"verifier":"none"}}')).toEqual([namesText]);
  });

  test("find no source that is only inherited", () => {
    const parsed = parse({ hook: { verifier: "none" } });

    expect(parsed.ok && parsed.value.byName.has("constructor")).toBe(false);
    expect(problemsOf({ constructor: { verifier: "github" } })).toEqual([
      "WEBHOOK_SECRETS has no secret for the source constructor",
    ]);
  });

  test.for([
    ["not given", undefined, "WEBHOOK_SOURCES is required"],
    ["empty text", "", "WEBHOOK_SOURCES is required"],
    ["no JSON", "{", namesText],
    ["a list", [], namesText],
    ["a source without options", { hook: null }, namesText],
    ["no source at all", {}, "WEBHOOK_SOURCES names no source"],
  ] as const)("are a problem where WEBHOOK_SOURCES is %s", ([, sources, problem]) => {
    expect(problemsOf(sources)).toEqual([problem]);
  });
});

describe("secrets", () => {
  const github = { hook: { verifier: "github" } };

  test.for([
    ["empty", [""]],
    ["blank", ["  "]],
    ["a placeholder", [`\${env:GITHUB_SECRET}`]],
    ["a placeholder within text", [`${secretsInUse.github}\${X}`]],
    ["of two lines", [`${secretsInUse.github}\nx`]],
    ["no text", [12345678901234567890n.toString().length]],
    ["no list", secretsInUse.github],
    ["an empty one beside a good one", [secretsInUse.github, ""]],
  ] as const)("that are %s are refused without being said", ([, secrets]) => {
    expect(problemsOf(github, { hook: secrets })).toEqual([secretsText]);
  });

  test("for a source that does not exist are refused without its name, which may be one", () => {
    const problems = problemsOf(github, {
      hook: [secretsInUse.github],
      [secretsInUse.bearer]: [secretsInUse.githubOld],
    });

    expect(problems).toEqual(["WEBHOOK_SECRETS names a source that WEBHOOK_SOURCES lacks"]);
  });

  test("that are no JSON are refused without being said", () => {
    expect(problemsOf(github, secretsInUse.github)).toEqual([secretsText]);
  });

  test.for([" ", "\t", "\n", "\r\n"])(
    "with %j around are taken without it, with a warning",
    (blank) => {
      const parsed = parse(github, { hook: [`${blank}${secretsInUse.github}${blank}`] });

      const source = parsed.ok ? parsed.value.byName.get("hook") : undefined;
      expect(source?.secrets).toEqual([secretsInUse.github]);
      expect(parsed.ok && warningsAbout(parsed.value)).toEqual([
        "WEBHOOK_SECRETS: a secret of the source hook is taken without the blanks around it",
      ]);
    },
  );

  test.for([
    [15, ["WEBHOOK_SECRETS: a secret of the source hook is under 16 bytes"]],
    [16, []],
  ] as const)("of %i bytes are warned of: %j", ([length, expected]) => {
    const secrets = [secretsInUse.github, "x".repeat(length)];

    const parsed = parse(github, { hook: secrets });

    expect(parsed.ok && warningsAbout(parsed.value)).toEqual(expected);
  });

  test("of a source that lets anyone in are warned of", () => {
    const parsed = parse({ open: { verifier: "none" } }, { open: [secretsInUse.hmac] });

    expect(parsed.ok && warningsAbout(parsed.value)).toEqual([
      "WEBHOOK_SECRETS: the source open lets anyone in all the same",
    ]);
  });
});
