import { describe, expect, test } from "vitest";
import { listTriggers } from "../../../cli/deploy/actual/list-triggers.ts";
import { readTrigger } from "../../../cli/deploy/actual/read-trigger.ts";
import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";

const rule = { prodKey: "p", ruleGrpId: 7 };

/** Most of these forms are guesses: the pages show a cron expression and a GitHub trigger's events only. */
describe("a trigger as the API may show it", () => {
  test.for([
    ["a list", ["push", "fork"]],
    ["text with commas", "push,fork"],
    ["JSON text", '["push", "fork"]'],
    ["lines", "push\nfork"],
  ] as const)("events are read from %s", ([, events]) => {
    expect(readTrigger({ events }).events).toEqual(["push", "fork"]);
    expect(readTrigger({ execOption: [{ key: "events", value: events }] }).events).toEqual([
      "push",
      "fork",
    ]);
  });

  test("the documented example of a GitHub trigger has the event *", () => {
    expect(
      readTrigger({ type: "github", execOption: [{ key: "events", value: "*" }] }).events,
    ).toEqual(["*"]);
  });

  test.for([
    ["its own field", { insightLink: [rule] }],
    ["execOption", { execOption: [rule] }],
    ["one object of execOption", { execOption: rule }],
    ["a pair", { execOption: [{ key: "insightLink", value: [rule] }] }],
    ["a pair of pairs", { execOption: { key: "a", value: [{ key: "b", value: rule }] } }],
  ] as const)("links are read from %s", ([, content]) => {
    expect(readTrigger(content).linksOf("insight")).toEqual([rule]);
    expect(readTrigger(content).linksOf("source_commit")).toBeUndefined();
  });

  test.for([
    ["its own field", { credential: { username: "u", repository: "r", accessToken: "***" } }],
    [
      "version 2.0's field",
      { credentials: { username: "u", repository: "r", accessToken: "***" } },
    ],
    [
      "pairs",
      {
        execOption: [
          { key: "username", value: "u" },
          { key: "repository", value: "r" },
          { key: "accessToken", value: "***" },
        ],
      },
    ],
  ] as const)("a credential is read from %s", ([, content]) => {
    expect(readTrigger(content).credential).toEqual({
      username: "u",
      repository: "r",
      accessToken: "***",
    });
  });

  test("nothing that is absent is known", () => {
    const { linksOf, ...fields } = readTrigger({});

    expect(fields).toEqual({
      type: undefined,
      description: undefined,
      cronOption: undefined,
      events: undefined,
      credential: { username: undefined, repository: undefined, accessToken: undefined },
      parameters: {},
      actions: undefined,
    });
    expect(linksOf("insight")).toBeUndefined();
  });

  test.for([
    ["the documented bare name", "relay", "relay"],
    ["a name with its package", "p/relay", "p/relay"],
    ["a name of Apache OpenWhisk without a package", "/ns/relay", "-/relay"],
    ["a name of Apache OpenWhisk with a package", "/ns/p/relay", "p/relay"],
    ["an object", { name: "relay" }, "relay"],
    ["an object with a package", { action: "relay", package: "p" }, "p/relay"],
    ["an object with no package", { name: "relay", packageName: "-" }, "-/relay"],
  ] as const)("a linked action is read from %s", ([, shown, name]) => {
    expect(readTrigger({ actions: [shown, 7, null, {}] }).actions).toEqual([name]);
  });

  test("parameters are read from an object and from pairs", () => {
    const parameters = { EVENT_TYPE: "a", EVENT_KEY: "b" };
    const pairs = Object.entries(parameters).map(([key, value]) => ({ key, value }));

    expect(readTrigger({ parameters }).parameters).toEqual(parameters);
    expect(readTrigger({ parameters: pairs }).parameters).toEqual(parameters);
  });

  test("blanks around a cron expression are no difference", () => {
    expect(readTrigger({ cronOption: " 0 * * * * " }).cronOption).toBe("0 * * * *");
  });

  test("pairs within pairs are followed to a limit", () => {
    let option: UnknownObject = { key: "events", value: "push" };
    for (let depth = 0; depth < 6; depth += 1) {
      option = { key: "x", value: option };
    }

    expect(readTrigger({ execOption: option }).events).toBeUndefined();
  });
});

test.for([
  ["the documented form", { triggers: [{ name: "a", type: "Cron" }, { name: "b" }] }, ["a", "b"]],
  ["the form of packages", { content: [{ name: "a" }] }, ["a"]],
  ["bare names", { triggers: ["a", "b"] }, ["a", "b"]],
  ["items of other forms", { triggers: [7, null, {}, { name: 1 }, { name: "a" }] }, ["a"]],
  ["no list", { total: 1 }, undefined],
] as const)("the list of triggers is read in %s", async ([, content, names]) => {
  expect(await listTriggers(async () => content)).toEqual(names);
});
