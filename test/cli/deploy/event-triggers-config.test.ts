import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseDeployment } from "../../../cli/deploy/desired/config.ts";

const vpc = { vpcNo: 1, subnetNo: 2 };

function problemsOf(triggers: unknown, more: object = {}): readonly string[] {
  const given = { region: "kr", vpc, functions: { event: { triggers } }, ...more };
  const parsed = parseDeployment(given);
  return parsed.ok
    ? []
    : parsed.problems.map(
        ({ setting, text }) => `${setting.replace("functions.event.triggers.", "")} ${text}`,
      );
}

const rule = { prodKey: "460438474722512896", ruleGrpId: "1231" };
const insight = (link: object = {}) => ({ type: "insight", links: [{ ...rule, ...link }] });
const webhook = (change: object = {}) => ({
  type: "source_commit",
  links: [{ repositoryName: "shop", webhookName: "w", ...change }],
});
const secret = (secretName: unknown = "s") => ({ type: "secret_manager", links: [{ secretName }] });
const credential = { username: "octocat", repository: "octo-org/hello" };
const gateway = { productName: "p", apiName: "a", stageName: "v1" };
const github = (change: object = {}) => ({
  ...{ type: "github", credential, events: ["push"] },
  ...change,
});

const types =
  "must be one of insight, github, source_commit, secret_manager: cron and object_storage have functions of their own, and only the console makes the others";
const textOf = (what: string) => `must be ${what}: 1 to 200 characters, without spaces`;

describe("triggers in the configuration", () => {
  test.for([
    ["all types", [insight(), github({ link: gateway }), webhook(), secret()]],
    ["the shortest reminder", [insight({ reminderTime: 5 })]],
    ["the longest reminder", [insight({ reminderTime: 720 })]],
    ["a Korean name of a secret", [secret("디비-비밀번호")]],
    ["every event of GitHub", [github({ events: ["*"] })]],
    [
      "a repository without an organization",
      [github({ credential: { ...credential, repository: "hello" } })],
    ],
    [
      "ten webhooks of one repository",
      [
        {
          type: "source_commit",
          links: Array.from({ length: 10 }, (_, i) => ({
            repositoryName: "r",
            webhookName: `w${i}`,
          })),
        },
      ],
    ],
    ["two of one type with names", [secret(), { ...secret(), name: "second_1" }]],
    ["none", []],
  ] as const)("%s are accepted", ([, triggers]) => {
    expect(problemsOf(triggers)).toEqual([]);
  });

  test.for([
    ["no list", 7, ["functions.event.triggers must be a list of triggers"]],
    ["a number", [7], ["0 must be an object"]],
    ["no type", [{}], [`0.type ${types}`]],
    ["the type of heartbeat", [{ type: "cron" }], [`0.type ${types}`]],
    ["a type of the console", [{ type: "resource_manager" }], [`0.type ${types}`]],
    ["no links", [{ type: "insight" }], ["0.links must be a list of event rules"]],
    [
      "an empty list of links",
      [{ type: "secret_manager", links: [] }],
      ["0.links must name at least one of the secrets"],
    ],
    [
      "101 links",
      [
        {
          type: "secret_manager",
          links: Array.from({ length: 101 }, (_, i) => ({ secretName: `s${i}` })),
        },
      ],
      ["0.links must name at most 100 of the secrets"],
    ],
    [
      "a link that is no object",
      [{ type: "insight", links: [7] }],
      ["0.links.0 must be an object with prodKey and ruleGrpId"],
    ],
    [
      "wrong fields of an event rule",
      [
        insight({
          prodKey: "a b",
          ruleGrpId: "",
          reminderTime: 4,
          enableNotiWhenEventClose: "no",
          x: 1,
        }),
      ],
      [
        `0.links.0.prodKey ${textOf("the prodKey of an event rule of Cloud Insight")}`,
        `0.links.0.ruleGrpId ${textOf("the ruleGrpId of an event rule of Cloud Insight")}`,
        "0.links.0.reminderTime must be at least 5 minutes",
        "0.links.0.enableNotiWhenEventClose must be true or false",
        "0.links.0.x is unknown",
      ],
    ],
    [
      "a long reminder",
      [insight({ reminderTime: 721 })],
      ["0.links.0.reminderTime must be at most 720 minutes"],
    ],
    [
      "half a minute",
      [insight({ reminderTime: 5.5 })],
      ["0.links.0.reminderTime must be a whole number of minutes, from 5 to 720"],
    ],
    [
      "a link twice",
      [{ type: "insight", links: [rule, rule] }],
      ["0.links.1 is that of links.0 too"],
    ],
    [
      "a control character",
      [secret("a\u0007")],
      [`0.links.0.secretName ${textOf("the name of a secret of Secret Manager")}`],
    ],
    [
      "201 characters",
      [secret("s".repeat(201))],
      [`0.links.0.secretName ${textOf("the name of a secret of Secret Manager")}`],
    ],
    [
      "eleven webhooks of one repository",
      [
        {
          type: "source_commit",
          links: Array.from({ length: 11 }, (_, i) => ({
            repositoryName: "r",
            webhookName: `w${i}`,
          })),
        },
      ],
      ["0.links name 11 webhooks of one repository, which can have 10"],
    ],
    [
      "a GitHub trigger without fields",
      [{ type: "github" }],
      [
        "0.credential must be an object with username and repository",
        "0.events must be a list of GitHub's events",
      ],
    ],
    [
      "wrong fields of a GitHub trigger",
      [
        github({
          credential: { username: "a b", repository: "a/b/c", accessTokenVariable: "lower" },
          events: ["pushes", 7],
          link: { productName: "", apiName: "x".repeat(21), stageName: "a b" },
        }),
      ],
      [
        `0.credential.username ${textOf("a user name of GitHub")}`,
        "0.credential.repository must be the name of a repository, or organization/repository",
        "0.credential.accessTokenVariable must be the name of a variable: A-Z, 0-9 and _",
        "0.events.0 is no event that the documents name for this trigger",
        "0.events.1 must be an event of GitHub",
        `0.link.productName ${textOf("the name of a product in API Gateway")}`,
        "0.link.apiName must be 1 to 20 letters, digits, - and _",
        "0.link.stageName must be 1 to 20 letters, digits, - and _",
      ],
    ],
    ["no event", [github({ events: [] })], ['0.events must name at least one event, or be ["*"]']],
    [
      "all events and one",
      [github({ events: ["*", "push"] })],
      ['0.events must be ["*"] alone, or names without *'],
    ],
    ["an event twice", [github({ events: ["push", "push"] })], ["0.events names an event twice"]],
    [
      "a setting as the token's variable",
      [github({ credential: { ...credential, accessTokenVariable: "NCLOUD_SECRET_KEY" } })],
      [
        "0.credential.accessTokenVariable must not be a setting of ours; DEPLOY_GITHUB_TOKEN is the default",
      ],
    ],
    [
      "a link that is no object",
      [github({ link: 7 })],
      ["0.link must be an object with productName, apiName and stageName"],
    ],
    [
      "the link of another version",
      [github({ link: { productId: "x", apiName: "a", stageName: "v1", authentication: "NONE" } })],
      [
        "0.link.productName is required in region kr",
        "0.link.productId is not taken in region kr: give productName",
        "0.link.authentication is not taken in region kr",
      ],
    ],
    [
      "a name with a space",
      [{ ...secret(), name: "a b" }],
      ["0.name must be letters, digits, - and _, 1 to 50 of them"],
    ],
    [
      "two of one type",
      [secret(), secret("t")],
      ["1.name is that of triggers.0 too: give each trigger a name of its own"],
    ],
    [
      "a name that is too long with the prefix",
      [{ ...secret(), name: "n".repeat(28) }],
      ["0.name makes a name of 51 characters with the prefix, and at most 50 are allowed"],
    ],
    ["the links of another type", [github({ links: [] })], ["0.links is unknown"]],
  ] as const)("%s is an error that names the field", ([, triggers, problems]) => {
    expect(problemsOf(triggers)).toEqual(problems);
  });

  test.for([
    ["sg", [insight(), github({ link: gateway })], []],
    [
      "sg",
      [webhook(), secret()],
      [
        "0.type source_commit is documented for kr only",
        "1.type secret_manager is documented for kr, jp only",
      ],
    ],
    ["jp", [secret()], []],
    ["fin", [insight(), webhook(), secret()], []],
    ["gov", [insight()], ["0.type insight is documented for kr, sg, jp only"]],
    ["gov", [github({ link: { ...gateway, productName: undefined, productId: "p1" } })], []],
    [
      "gov",
      [github({ link: gateway })],
      [
        "0.link.productId is required in region gov",
        "0.link.productName is not taken in region gov: give productId",
      ],
    ],
  ] as const)("in %s the documented types count: %s", ([region, triggers, problems]) => {
    const more = region === "gov" ? { region, vpc: undefined } : { region };

    expect(problemsOf(triggers, more)).toEqual(problems);
  });

  test("SourceCommit has no triggers on Classic", () => {
    expect(problemsOf([webhook()], { platform: "classic", vpc: undefined })).toEqual([
      "0.type source_commit is documented for the platform vpc only",
    ]);
  });

  test.for(["accessToken", "token", "password"])(
    "a credential's %s is refused as a secret",
    (name) => {
      const problems = problemsOf([
        github({ credential: { ...credential, [name]: "ghp_secret" } }),
      ]);

      expect(problems).toEqual([
        `0.credential.${name} must not be in this file, because it is a secret: set DEPLOY_GITHUB_TOKEN in the settings file or the environment, or name another variable in accessTokenVariable`,
      ]);
    },
  );

  test.for(["docs/deploy-naver-cloud.md", "docs/ko/deploy-naver-cloud.md"])(
    "the table of %s has a valid example of each type",
    (page) => {
      const examples = readFileSync(page, "utf8").match(/(?<=\| `)\{ type: "[^`]*(?=` \|)/g) ?? [];
      const triggers = examples.map(
        (text) => JSON.parse(text.replaceAll(/(\w+):/g, '"$1":')) as { readonly type: string },
      );

      expect(triggers.map(({ type }) => type)).toEqual([
        "insight",
        "github",
        "source_commit",
        "secret_manager",
      ]);
      expect(problemsOf(triggers)).toEqual([]);
    },
  );

  test("event is never exposed over HTTP", () => {
    const given = { region: "kr", vpc, functions: { event: { apiGateway: {} } } };
    const parsed = parseDeployment(given);

    expect(parsed.ok ? [] : parsed.problems).toEqual([
      {
        setting: "functions.event.apiGateway",
        text: "is refused: event is never exposed over HTTP",
      },
    ]);
  });
});
