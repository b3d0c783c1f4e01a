import { describe, expect, test } from "vitest";
import type { ManagementFault } from "../../../local/cloud-functions/emulator.ts";
import type { RunningCloudFunctions } from "../../../local/cloud-functions/server.ts";
import {
  environment,
  type RunOptions,
  runDeploy,
  startCloudFunctionsEmulator,
  writeFile,
} from "./harness.ts";

const token = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
const otherToken = "ghp_ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210";
const env = { ...environment, DEPLOY_GITHUB_TOKEN: token };

const insight = {
  type: "insight",
  links: [
    { prodKey: "460438474722512896", ruleGrpId: "1231", reminderTime: 30 },
    { prodKey: "460438474722512896", ruleGrpId: "1232", enableNotiWhenEventClose: true },
  ],
};
const github = {
  type: "github",
  credential: { username: "octocat", repository: "octo-org/hello" },
  events: ["push", "pull_request"],
  link: { productName: "relay", apiName: "github", stageName: "v1" },
};
const sourceCommit = {
  type: "source_commit",
  links: [{ repositoryName: "shop", webhookName: "on-push" }],
};
const secretManager = { type: "secret_manager", links: [{ secretName: "db-password" }] };
const all = [insight, github, sourceCommit, secretManager];

function withTriggers(triggers: readonly unknown[], more: object = {}) {
  const vpc = { vpcNo: 11, subnetNo: 22 };
  return { region: "kr", vpc, functions: { event: { triggers } }, ...more };
}

/** Deploys, and hears that the token is nowhere in the output. */
async function run(emulator: RunningCloudFunctions, options: RunOptions) {
  const told = await runDeploy(emulator.origin, { env, given: withTriggers(all), ...options });
  for (const secret of [token, otherToken]) {
    expect(told.out + told.err).not.toContain(secret.slice(0, 12));
  }
  return told;
}

function stateOf(emulator: RunningCloudFunctions) {
  return structuredClone(
    [...emulator.resources()].toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function triggerOf(emulator: RunningCloudFunctions, own: string) {
  const found = emulator.resources().get(`datastream-relay-event-${own}`);
  if (found?.kind !== "trigger") {
    throw new Error(`there is no trigger ${own}`);
  }
  return found;
}

const writesOf = (emulator: RunningCloudFunctions) =>
  emulator.calls().filter(({ method }) => method !== "GET").length;

describe("triggers of the function event", () => {
  test("an apply makes and links each type with the documented fields", async () => {
    const emulator = await startCloudFunctionsEmulator();

    const { code, err } = await run(emulator, { apply: true });

    expect([code, err]).toEqual([0, ""]);
    expect([...emulator.resources().keys()].toSorted()).toEqual([
      "datastream-relay-event",
      "datastream-relay-event-github",
      "datastream-relay-event-insight",
      "datastream-relay-event-secret-manager",
      "datastream-relay-event-source-commit",
    ]);
    expect(triggerOf(emulator, "insight")).toMatchObject({
      type: "insight",
      description: expect.stringMatching(
        /^datastream-relay: event of datastream-relay-event, trigger sha256:[0-9a-f]{64}; prefix datastream-relay; runs -\/datastream-relay-event$/,
      ),
      options: {
        insightLink: [
          {
            prodKey: "460438474722512896",
            ruleGrpId: "1231",
            reminderTime: 30,
            enableNotiWhenEventClose: false,
          },
          { prodKey: "460438474722512896", ruleGrpId: "1232", enableNotiWhenEventClose: true },
        ],
      },
      actions: ["-/datastream-relay-event"],
    });
    expect(triggerOf(emulator, "github")).toMatchObject({
      type: "github",
      options: {
        credential: { username: "octocat", accessToken: token, repository: "octo-org/hello" },
        events: ["push", "pull_request"],
        link: { productName: "relay", apiName: "github", stageName: "v1" },
      },
    });
    expect(triggerOf(emulator, "source-commit")).toMatchObject({
      type: "source_commit",
      options: {
        sourceCommitLink: [{ repositoryName: "shop", webhookName: "on-push", enable: true }],
      },
    });
    expect(triggerOf(emulator, "secret-manager")).toMatchObject({
      type: "secret_manager",
      options: { secretManagerLink: [{ secretName: "db-password" }] },
    });
  });

  test("the token is a parameter of no action", async () => {
    const emulator = await startCloudFunctionsEmulator();

    await run(emulator, { apply: true });

    const action = emulator.resources().get("datastream-relay-event");
    expect(JSON.stringify(action)).not.toContain(token);
  });

  test.for(["hidden", "masked", "plain"] as const)(
    "a second apply writes nothing if the API shows links and credentials as %s",
    async (links) => {
      const emulator = await startCloudFunctionsEmulator({ shown: { links } });
      await run(emulator, { apply: true });
      const writes = writesOf(emulator);

      const { code, out } = await run(emulator, { apply: true });
      const plan = await run(emulator, { plan: true, json: true });

      expect(code).toBe(0);
      expect(out).toContain("same: 9");
      expect(writesOf(emulator)).toBe(writes);
      expect(plan.code).toBe(0);
    },
  );

  test("a plan lists every field of a new trigger, and says of the token only that it is set", async () => {
    const emulator = await startCloudFunctionsEmulator();

    const { code, out } = await run(emulator, { plan: true });

    expect(code).toBe(0);
    expect(out).toContain(`
+ trigger datastream-relay-event-insight
    insightLink set: 460438474722512896:1231 reminderTime=30 enableNotiWhenEventClose=false, 460438474722512896:1232 enableNotiWhenEventClose=true
+ link datastream-relay-event-insight -> datastream-relay-event
+ trigger datastream-relay-event-github
    credential.username set: octocat
    credential.repository set: octo-org/hello
    events set: pull_request, push
    credential.accessToken set
    link set: relay/github/v1
+ link datastream-relay-event-github -> datastream-relay-event
+ trigger datastream-relay-event-source-commit
    sourceCommitLink set: shop:on-push enable=true
+ link datastream-relay-event-source-commit -> datastream-relay-event
+ trigger datastream-relay-event-secret-manager
    secretManagerLink set: db-password
+ link datastream-relay-event-secret-manager -> datastream-relay-event
`);
  });

  test("a plan says what only the console makes, and what is not documented", async () => {
    const emulator = await startCloudFunctionsEmulator();

    const { out } = await run(emulator, { plan: true });
    const json = await run(emulator, { plan: true, json: true });

    expect(out).toContain(
      "Triggers that only the console makes, if you want them:\n  Resource Manager: ",
    );
    expect(out).toContain("  API Gateway: on the page of the action datastream-relay-event, ");
    expect(out).toContain(
      "what triggers of the types insight, github, source_commit, secret_manager pass to event is not documented in full",
    );
    expect(out).toContain("event reports the steps and rotates nothing");
    expect(JSON.parse(json.out).consoleTriggers).toHaveLength(2);
  });

  test("event is deployed without triggers, for those of the console", async () => {
    const emulator = await startCloudFunctionsEmulator();

    const { code, out } = await run(emulator, { apply: true, given: withTriggers([]) });

    expect(code).toBe(0);
    expect(out).toContain("create: 1");
    expect(out).toContain("Resource Manager");
  });

  test.for(["hidden", "masked", "plain"] as const)(
    "a changed link is written again, and its trigger keeps its link, if links are %s",
    async (links) => {
      const emulator = await startCloudFunctionsEmulator({ shown: { links } });
      await run(emulator, { apply: true });
      const given = withTriggers([
        { ...insight, links: [{ ...insight.links[0], reminderTime: 60 }] },
        ...all.slice(1),
      ]);

      const plan = await run(emulator, { plan: true, given });
      const { code } = await run(emulator, { apply: true, given });

      expect(plan.out).toContain("~ trigger datastream-relay-event-insight\n    insightLink ");
      expect(plan.out).toContain("update: 1");
      expect(code).toBe(0);
      expect(triggerOf(emulator, "insight")).toMatchObject({
        options: { insightLink: [{ reminderTime: 60 }] },
        actions: ["-/datastream-relay-event"],
      });
    },
  );

  test.for(["hidden", "masked", "plain"] as const)(
    "a changed token is written again without its names in API Gateway, if credentials are %s",
    async (links) => {
      const emulator = await startCloudFunctionsEmulator({ shown: { links } });
      await run(emulator, { apply: true });
      const changed = { ...env, DEPLOY_GITHUB_TOKEN: otherToken };

      const plan = await run(emulator, { plan: true, env: changed });
      const { code } = await run(emulator, { apply: true, env: changed });
      const again = await run(emulator, { plan: true, env: changed });

      expect(plan.out).toContain("    credential.accessToken cannot be compared, so put again\n");
      expect(code).toBe(0);
      expect(triggerOf(emulator, "github").options).toMatchObject({
        credential: { accessToken: otherToken },
      });
      expect(again.out).toContain("same: 9");
    },
  );

  test("changed events of GitHub are seen in what the API shows", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await run(emulator, { apply: true });
    const given = withTriggers([
      insight,
      { ...github, events: ["*"] },
      sourceCommit,
      secretManager,
    ]);

    const { out } = await run(emulator, { plan: true, given });

    expect(out).toContain("    events changed from pull_request, push to *\n");
  });

  test("a link that somebody changed in the console is restored if the API shows links", async () => {
    const emulator = await startCloudFunctionsEmulator({ shown: { links: "plain" } });
    await run(emulator, { apply: true });
    const trigger = triggerOf(emulator, "secret-manager");
    emulator.plant({ ...trigger, options: { secretManagerLink: [{ secretName: "other" }] } });

    const { code, out } = await run(emulator, { apply: true });

    expect(code).toBe(0);
    expect(out).toContain("secretManagerLink changed from other to db-password");
    expect(triggerOf(emulator, "secret-manager")).toEqual(trigger);
  });

  test("several triggers of one type have names of their own", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const docs = {
      ...github,
      name: "docs",
      credential: { ...github.credential, accessTokenVariable: "DOCS_TOKEN" },
    };

    const { code } = await run(emulator, {
      apply: true,
      given: withTriggers([github, docs]),
      env: { ...env, DOCS_TOKEN: otherToken },
    });

    expect(code).toBe(0);
    expect(triggerOf(emulator, "docs").options).toMatchObject({
      credential: { accessToken: otherToken },
    });
    expect(triggerOf(emulator, "github").options).toMatchObject({
      credential: { accessToken: token },
    });
  });

  test("a trigger's settings are its parameters, and are removed with them", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const settings = { EVENT_TYPE: '["const:com.ncloud.insight"]' };

    const plan = await run(emulator, {
      plan: true,
      given: withTriggers([{ ...insight, settings }]),
    });
    await run(emulator, { apply: true, given: withTriggers([{ ...insight, settings }]) });
    const { parameters } = triggerOf(emulator, "insight");
    const { code } = await run(emulator, { apply: true, given: withTriggers([insight]) });

    expect(plan.out).toContain('parameters.EVENT_TYPE set: ["const:com.ncloud.insight"]');
    expect(parameters).toEqual(settings);
    expect(code).toBe(0);
    expect(triggerOf(emulator, "insight").parameters).toEqual({});
  });
});

describe("a trigger's settings", () => {
  test.for([
    [
      "a wrong value",
      { EVENT_KEY: "key" },
      "functions.event.triggers.0.settings.EVENT_KEY must be",
    ],
    [
      "another function's setting",
      { HEARTBEAT_CRON: "* * * * *" },
      "functions.event.triggers.0.settings.HEARTBEAT_CRON is no setting of event alone",
    ],
    [
      "a setting of the stream",
      { DATASTREAM_ENDPOINT: "https://a.example" },
      "functions.event.triggers.0.settings.DATASTREAM_ENDPOINT is no setting of event alone",
    ],
    [
      "a secret",
      { NCLOUD_SECRET_KEY: token },
      "functions.event.triggers.0.settings.NCLOUD_SECRET_KEY is no setting, or one that belongs into the settings file",
    ],
  ] as const)("%s is refused before anything is sent", async ([, settings, problem]) => {
    const emulator = await startCloudFunctionsEmulator();

    const { code, err } = await run(emulator, {
      plan: true,
      given: withTriggers([{ ...insight, settings }]),
    });

    expect(code).toBe(2);
    expect(err).toContain(problem);
    expect(emulator.calls()).toEqual([]);
  });
});

describe("the type of a trigger", () => {
  const named = (options: object) => withTriggers([{ ...options, name: "alerts" }]);

  test("a trigger of ours whose type changed is deleted and made again", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await run(emulator, { apply: true, given: named(insight) });

    const plan = await run(emulator, { plan: true, given: named(github) });
    const { code } = await run(emulator, { apply: true, given: named(github) });
    const again = await run(emulator, { plan: true, given: named(github) });

    expect(plan.out).toContain("± trigger datastream-relay-event-alerts (replace)\n");
    expect(code).toBe(0);
    expect(triggerOf(emulator, "alerts")).toMatchObject({
      type: "github",
      actions: ["-/datastream-relay-event"],
    });
    expect(again.out).toContain("same: 3");
  });

  test.for([
    ["of somebody", { description: "somebody's" }],
    ["of another deployment", { description: "datastream-relay: event of other-event, trigger x" }],
    ["that runs another action too", { actions: ["-/datastream-relay-event", "-/other"] }],
  ] as const)("a trigger %s is not replaced", async ([, change]) => {
    const emulator = await startCloudFunctionsEmulator();
    await run(emulator, { apply: true, given: named(insight) });
    emulator.plant({ ...triggerOf(emulator, "alerts"), ...change });
    const writes = writesOf(emulator);

    const { code, out } = await run(emulator, { apply: true, adopt: true, given: named(github) });

    expect(code).toBe(1);
    expect(out).toContain("it is there as a insight trigger and must be github");
    expect(writesOf(emulator)).toBe(writes);
  });

  test("a replacement that was interrupted at any request is finished by the next apply", {
    timeout: 120_000,
  }, async () => {
    for (let k = 1; k <= 12; k += 1) {
      const emulator = await startCloudFunctionsEmulator();
      await run(emulator, { apply: true, given: named(insight) });
      emulator.setFaults((n) =>
        n >= k ? { kind: "cut", when: n === k ? "after" : "before" } : undefined,
      );
      await run(emulator, { apply: true, given: named(github) });
      emulator.setFaults(() => undefined);
      const { code } = await run(emulator, { apply: true, given: named(github) });

      expect([k, code]).toEqual([k, 0]);
      expect(triggerOf(emulator, "alerts")).toMatchObject({
        type: "github",
        actions: ["-/datastream-relay-event"],
      });
      await emulator.close();
    }
  });
});

describe("a GitHub trigger's names in API Gateway", () => {
  const { link: _, ...withoutLink } = github;

  test("a trigger that is not there is refused without them, before anything is changed", async () => {
    const emulator = await startCloudFunctionsEmulator();

    const { code, out } = await run(emulator, { apply: true, given: withTriggers([withoutLink]) });

    expect(code).toBe(1);
    expect(out).toContain("give it link: { productName, apiName, stageName }");
    expect(writesOf(emulator)).toBe(0);
  });

  test("a trigger that is there needs them no more", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await run(emulator, { apply: true, given: withTriggers([github]) });
    const given = withTriggers([{ ...withoutLink, events: ["push"] }]);

    const { code } = await run(emulator, { apply: true, given });

    expect(code).toBe(0);
    expect(triggerOf(emulator, "github").options).toMatchObject({ events: ["push"] });
  });

  test("version 2.0 gets the product's id, outside of the trigger", async () => {
    const emulator = await startCloudFunctionsEmulator({ zone: "gov" });
    const link = { productId: "abc123", apiName: "github", stageName: "v1" };
    const given = { region: "gov", functions: { event: { triggers: [{ ...github, link }] } } };

    const { code, err } = await run(emulator, { apply: true, given });
    const plan = await run(emulator, { plan: true, given });

    expect([code, err]).toEqual([0, ""]);
    expect(triggerOf(emulator, "github").options).toEqual({
      credentials: { username: "octocat", accessToken: token, repository: "octo-org/hello" },
      events: ["push", "pull_request"],
    });
    expect(plan.out).toContain("same: 3");
  });

  test("the finance zone gets the product's id in version 2.1", async () => {
    const emulator = await startCloudFunctionsEmulator({ zone: "fin" });
    const link = {
      productId: "abc123",
      apiName: "github",
      stageName: "v1",
      authentication: "NONE",
    };
    const given = withTriggers([{ ...github, link }], { region: "fin" });

    expect((await run(emulator, { apply: true, given })).code).toBe(0);
    expect(triggerOf(emulator, "github").options).toMatchObject({ link });
  });
});

describe("an apply of triggers that meets faults", () => {
  const faults: readonly (readonly [string, ManagementFault])[] = [
    ["503", { kind: "status", status: 503 }],
    ["a lost connection", { kind: "cut", when: "before" }],
    ["a lost answer", { kind: "cut", when: "after" }],
  ];

  test.for(faults)(
    "%s at any request leaves the same state",
    { timeout: 120_000 },
    async ([, fault]) => {
      const undisturbed = await startCloudFunctionsEmulator();
      await run(undisturbed, { apply: true });
      const state = stateOf(undisturbed);

      for (let k = 1; k <= undisturbed.calls().length; k += 1) {
        const emulator = await startCloudFunctionsEmulator();
        emulator.setFaults((n) => (n === k ? fault : undefined));
        const { code } = await run(emulator, { apply: true });

        expect([k, code]).toEqual([k, 0]);
        expect(stateOf(emulator)).toEqual(state);
        await emulator.close();
      }
    },
  );
});

describe("triggers that are no longer configured", () => {
  const fewer = withTriggers([insight]);

  test("a trigger stays, and the output says so, until --prune removes it", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const docs = { ...github, name: "docs" };
    await run(emulator, { apply: true, given: withTriggers([insight, docs]) });

    const plan = await run(emulator, { plan: true, given: fewer });
    const pruning = await run(emulator, { plan: true, prune: true, given: fewer });
    const { code } = await run(emulator, { apply: true, prune: true, given: fewer });

    expect(plan.out).toContain(
      "trigger datastream-relay-event-docs is there from an earlier configuration: delete it with --prune",
    );
    expect(pruning.out).toContain("- trigger datastream-relay-event-docs\n");
    expect(code).toBe(0);
    expect([...emulator.resources().keys()].toSorted()).toEqual([
      "datastream-relay-event",
      "datastream-relay-event-insight",
    ]);
  });

  test("--prune keeps a trigger of another deployment, whose prefix begins with this one", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const given = withTriggers([insight], { prefix: "datastream-relay-event" });
    await run(emulator, { apply: true, given });
    await run(emulator, { apply: true, adopt: true, given: fewer });
    const before = emulator.resources().size;

    const { code } = await run(emulator, { apply: true, prune: true, given: fewer });

    expect(code).toBe(0);
    expect(emulator.resources().size).toBe(before);
  });

  test("a removal deletes links, triggers and the action, also of names that are gone", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await run(emulator, {
      apply: true,
      given: withTriggers([{ ...github, name: "docs" }, insight]),
    });

    const { code, out } = await run(emulator, { remove: true, given: fewer, env: environment });

    expect(code).toBe(0);
    expect(out).toContain("- link datastream-relay-event-docs\n");
    expect([...emulator.resources().keys()]).toEqual([]);
  });

  test("a removal of everything keeps what is not ours", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await run(emulator, { apply: true });
    emulator.plant({ ...triggerOf(emulator, "insight"), description: "somebody's" });

    const { code, out } = await run(emulator, { remove: true });

    expect(code).toBe(0);
    expect(out).toContain("! trigger datastream-relay-event-insight (kept)");
    expect(out).toContain("look for github there");
    expect([...emulator.resources().keys()]).toEqual(["datastream-relay-event-insight"]);
  });

  test("an API that lists no triggers is no reason to stop, and the default names are tried", async () => {
    const emulator = await startCloudFunctionsEmulator();
    await run(emulator, { apply: true });
    emulator.setFaults((_, { path }) =>
      path.endsWith("/triggers") ? { kind: "status", status: 404 } : undefined,
    );

    const plan = await run(emulator, { plan: true, given: fewer });
    const { code } = await run(emulator, { apply: true, prune: true, given: fewer });

    expect(plan.out).toContain("the API does not list its triggers");
    expect(code).toBe(0);
    expect(emulator.resources().size).toBe(2);
  });
});

describe("the access token", () => {
  test.for([
    ["missing", undefined],
    ["empty", ""],
    ["a placeholder", "<token>"],
    ["of two words", "ghp_0123456789 abc"],
    ["of two lines", "ghp_0123456789\nabc"],
  ] as const)("a token that is %s ends the plan before anything is sent", async ([, given]) => {
    const emulator = await startCloudFunctionsEmulator();

    const { code, err } = await run(emulator, {
      plan: true,
      env: { ...environment, DEPLOY_GITHUB_TOKEN: given },
    });

    expect(code).toBe(2);
    expect(err).toContain(
      "DEPLOY_GITHUB_TOKEN must be GitHub's access token for functions.event.triggers.1",
    );
    expect(emulator.calls()).toEqual([]);
  });

  test("a settings file can hold the token, before the environment and without a warning", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const file = writeFile("prod.env", `DEPLOY_GITHUB_TOKEN=${otherToken}\n`);

    const { code, out } = await run(emulator, { apply: true, settings: [file] });

    expect(code).toBe(0);
    expect(out).not.toContain("DEPLOY_GITHUB_TOKEN is no setting");
    expect(triggerOf(emulator, "github").options).toMatchObject({
      credential: { accessToken: otherToken },
    });
  });

  test("a token in the configuration is refused, and not repeated", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const credential = { ...github.credential, accessToken: token };

    const { code, err } = await run(emulator, {
      plan: true,
      given: withTriggers([{ ...github, credential }]),
    });

    expect(code).toBe(2);
    expect(err).toContain(
      "functions.event.triggers.0.credential.accessToken must not be in this file, because it is a secret: set DEPLOY_GITHUB_TOKEN",
    );
    expect(err).not.toContain("is unknown");
  });

  test("the API's echo of a token is hidden", async () => {
    const emulator = await startCloudFunctionsEmulator();
    emulator.setFaults((_, { method, path }) =>
      method === "PUT" && path.endsWith("-github") ? { kind: "echo" } : undefined,
    );

    const { code, out, err } = await run(emulator, { apply: true });

    expect(code).toBe(1);
    expect(out + err).toContain("INVALID_BODY");
  });
});
