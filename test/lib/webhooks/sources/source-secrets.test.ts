import { describe, expect, test } from "vitest";
import { warningsAbout } from "../../../../lib/webhooks/sources/sources.ts";
import { parse, sourceProblems } from "../../../support/sources.ts";
import { secretsInUse } from "../../../support/spoken.ts";

const namesText =
  "WEBHOOK_SOURCES must be an object of source names ([a-z0-9-]{1,50}) and their options";
const nameText = "WEBHOOK_SOURCES has a name that is not [a-z0-9-]{1,50}: number 1";
const secretsText = "WEBHOOK_SECRETS must be an object of source names and lists of secrets";
const listText =
  "WEBHOOK_SECRETS of the source hook must be a list of secrets, each text of one line and not blank";

const optionsText = "WEBHOOK_SOURCES hook must be an object of options";

describe("names of sources", () => {
  test.for([
    ["upper case", "Hook"],
    ["a dot", "a.b"],
    ["nothing", ""],
    ["51 letters", "a".repeat(51)],
  ])("names with %s are refused", ([, name]) => {
    expect(sourceProblems({ [name ?? ""]: { verifier: "none" } })).toEqual([nameText]);
  });

  test("names may have 50 letters, or be those of inherited properties", () => {
    const names = ["a".repeat(50), "constructor", "0"];
    const parsed = parse(Object.fromEntries(names.map((name) => [name, { verifier: "none" }])));

    expect(parsed.ok ? [...parsed.value.byName.keys()].sort() : []).toEqual([...names].sort());
  });

  test("names like __proto__ in JSON text are refused and not lost", () => {
    expect(sourceProblems('{"__proto__":{"verifier":"none"}}')).toEqual([nameText]);
  });

  test("inherited names find no source", () => {
    const parsed = parse({ hook: { verifier: "none" } });

    expect(parsed.ok && parsed.value.byName.has("constructor")).toBe(false);
    expect(sourceProblems({ constructor: { verifier: "github" } })).toEqual([
      "WEBHOOK_SECRETS has no secret for the source constructor",
    ]);
  });

  test.for([
    ["not given", undefined, "WEBHOOK_SOURCES is required"],
    ["empty text", "", "WEBHOOK_SOURCES is required"],
    ["no JSON", "{", `${namesText}: this is not JSON, it ends too soon, at its length of 1`],
    ["no JSON in its middle", '{"a":{},}', `${namesText}: this is not JSON, at character 9 of 9`],
    ["no JSON behind 𝒳", '["𝒳" 1]', `${namesText}: this is not JSON, at character 6 of 7`],
    ["JSON text in JSON text", JSON.stringify('{"hook":{"verifier":"none"}}'), namesText],
    ["a number", 5, namesText],
    ["a source whose options are text", { hook: '{"verifier":"none"}' }, optionsText],
    ["a source whose options are a list", { hook: [{ verifier: "none" }] }, optionsText],
    ["a list", [], namesText],
    ["a source without options", { hook: null }, optionsText],
    ["no source at all", {}, "WEBHOOK_SOURCES names no source"],
  ] as const)("missing names are a problem if WEBHOOK_SOURCES is %s", ([, sources, problem]) => {
    expect(sourceProblems(sources)).toEqual([problem]);
  });
});

describe("secrets", () => {
  const github = { hook: { verifier: "github" } };

  test.for([
    ["empty", [""]],
    ["blank", ["  "]],
    ["of text with a NUL", [`${secretsInUse.github}\0`]],
    ["of two lines", [`${secretsInUse.github}\nx`]],
    ["no text", [12345678901234567890n.toString().length]],
    ["no list", secretsInUse.github],
    ["an empty one beside a good one", [secretsInUse.github, ""]],
    ["a list in a list", [[secretsInUse.github]]],
    ["a list of null", [null]],
  ] as const)("secrets that are %s are refused without being shown", ([, secrets]) => {
    expect(sourceProblems(github, { hook: secrets })).toEqual([listText]);
  });

  test("wrong secrets hide no problem of other sources, nor of the secrets of an unknown one", () => {
    const sources = { ...github, shop: { verifier: "github" }, "Bad name": {} };
    const secrets = { hook: secretsInUse.github, [secretsInUse.bearer]: secretsInUse.hmac };

    expect(sourceProblems(sources, secrets)).toEqual([
      "WEBHOOK_SOURCES has a name that is not [a-z0-9-]{1,50}: number 3",
      "WEBHOOK_SECRETS has no secret for the source shop",
      listText,
      listText.replace("the source hook", "its entry 2"),
      "WEBHOOK_SECRETS has secrets for its entry 2, which is no source of WEBHOOK_SOURCES",
    ]);
  });

  test("secrets for a name near a source's name suggest that name", () => {
    const secrets = { hok: [secretsInUse.github] };

    expect(sourceProblems(github, secrets)).toEqual([
      "WEBHOOK_SECRETS has no secret for the source hook",
      "WEBHOOK_SECRETS has secrets for hok, which is no source of WEBHOOK_SOURCES: did you mean hook?",
    ]);
  });

  test.for(["Hok", "hook!", "h o k", "hooks-and-more", "x"])(
    "secrets for %j, which is not near enough or not a source's name, are refused without the name",
    (name) => {
      expect(sourceProblems(github, { hook: [secretsInUse.github], [name]: ["a"] })).toEqual([
        "WEBHOOK_SECRETS has secrets for its entry 2, which is no source of WEBHOOK_SOURCES",
      ]);
    },
  );

  test("secrets for a missing source are refused without its name, which may be a secret", () => {
    const problems = sourceProblems(github, {
      hook: [secretsInUse.github],
      [secretsInUse.bearer]: [secretsInUse.githubOld],
    });

    expect(problems).toEqual([
      "WEBHOOK_SECRETS has secrets for its entry 2, which is no source of WEBHOOK_SOURCES",
    ]);
  });

  test("secrets that are not JSON are refused without being shown", () => {
    expect(sourceProblems(github, secretsInUse.github)).toEqual([
      `${secretsText}: this is not JSON, at character 1 of 33`,
    ]);
  });

  test.for([" ", "\t", "\n", "\r\n"])(
    "secrets with %j around them are trimmed, with a warning",
    (blank) => {
      const parsed = parse(github, { hook: [`${blank}${secretsInUse.github}${blank}`] });

      const source = parsed.ok ? parsed.value.byName.get("hook") : undefined;
      expect(source?.secrets).toEqual([secretsInUse.github]);
      expect(parsed.ok && warningsAbout(parsed.value)).toEqual([
        "WEBHOOK_SECRETS: a secret of the source hook is taken without the blanks around it",
      ]);
    },
  );

  test.for(['"', "'", "`"])("secrets in %j are taken as they are, with a warning", (quote) => {
    const secret = `${quote}${secretsInUse.github}${quote}`;
    const parsed = parse(github, { hook: [secret] });

    const source = parsed.ok ? parsed.value.byName.get("hook") : undefined;
    expect(source?.secrets).toEqual([secret]);
    expect(parsed.ok && warningsAbout(parsed.value)).toEqual([
      "WEBHOOK_SECRETS: a secret of the source hook is in quotes, which are taken as a part of it",
    ]);
  });

  test.for(["secret", "secrets", "signingSecret", "token", "accessToken", "password", "publicKey"])(
    "a secret among the options (%s) is refused with the place for it, and not shown",
    (option) => {
      const sources = { hook: { verifier: "github", [option]: secretsInUse.githubOld } };

      expect(sourceProblems(sources, { hook: [secretsInUse.github] })).toEqual([
        `WEBHOOK_SOURCES hook.${option} is a secret: WEBHOOK_SECRETS takes it`,
      ]);
    },
  );

  test("a misspelt option is no secret", () => {
    const sources = { hook: { verifier: "github", keys: ["const:a"] } };

    expect(sourceProblems(sources, { hook: [secretsInUse.github] })).toEqual([
      "WEBHOOK_SOURCES hook.keys is no option of github: did you mean key?",
    ]);
  });

  // No header of the scheme can hold them (https://www.rfc-editor.org/rfc/rfc6750#section-2.1).
  test.for(["Bearer 0123456789abcdef", "two words of a token"])(
    "a bearer token with blanks is refused: %j",
    (secret) => {
      expect(sourceProblems({ hook: { verifier: "bearer" } }, { hook: [secret] })).toEqual([
        "WEBHOOK_SECRETS of the source hook must be the credentials alone, without blanks, and without bearer before them",
      ]);
    },
  );

  test.for([
    [15, ["WEBHOOK_SECRETS: a secret of the source hook is under 16 bytes"]],
    [16, []],
  ] as const)("secrets of %i bytes are warned of: %j", ([length, expected]) => {
    const secrets = [secretsInUse.github, "y".repeat(length)];

    const parsed = parse(github, { hook: secrets });

    expect(parsed.ok && warningsAbout(parsed.value)).toEqual(expected);
  });

  test("secrets of a source that accepts every sender are warned of", () => {
    const parsed = parse({ open: { verifier: "none" } }, { open: [secretsInUse.hmac] });

    expect(parsed.ok && warningsAbout(parsed.value)).toEqual([
      "WEBHOOK_SECRETS: the source open lets anyone in all the same",
    ]);
  });
});
