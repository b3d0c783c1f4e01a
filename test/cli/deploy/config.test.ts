import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { toDeployLocation } from "../../../cli/deploy/api/regions.ts";
import { parseDeployment } from "../../../cli/deploy/desired/config.ts";
import { bindSettings } from "../../../cli/deploy/desired/function-settings.ts";
import { toNames } from "../../../cli/deploy/desired/names.ts";
import { functionNames, settingsOf } from "../../../cli/project/functions.ts";
import { config as example } from "../../../deploy.config.ts";
import { redriveDefinition as redrive } from "../../../lib/dead-letters/redrive.ts";
import { settingNames } from "../../../lib/settings/settings.ts";
import { parseConfig } from "../../../lib/settings/stream-config.ts";
import { bucket } from "../../../lib/triggers/bucket.ts";
import { event } from "../../../lib/triggers/event.ts";
import { heartbeat as heartbeatTrigger } from "../../../lib/triggers/heartbeat.ts";
import { webhook } from "../../../lib/triggers/webhook.ts";
import {
  config,
  environment,
  runDeploy,
  secrets,
  startCloudFunctionsEmulator,
  writeConfig,
  writeFile,
} from "./harness.ts";

function problemsOf(given: unknown): readonly string[] {
  const parsed = parseDeployment(given);
  return parsed.ok ? [] : parsed.problems.map(({ setting, text }) => `${setting} ${text}`);
}

const { heartbeat } = config.functions;
const upload = { bucketName: "uploads", eventRuleName: "created" };

describe("the configuration", () => {
  test("the example configuration is valid", () => {
    expect(problemsOf(example)).toEqual([]);
  });

  test("all wrong fields are reported at once", () => {
    const problems = problemsOf({
      region: "us",
      prefix: "-x",
      colour: "red",
      functions: {
        heartbeat: { cron: "* * * *", memoryMb: 200, timeoutMs: 499, vpc: { vpcNo: 1 } },
        redrive: { cron: "0 0 L * *", timeoutMs: 300_001 },
        bucket: { events: [] },
      },
    });

    expect(problems).toEqual([
      "region must be one of kr, sg, jp, fin, gov",
      "prefix must be 1 to 50 letters, digits, - and _, and must not begin with -",
      "functions.bucket.events must name at least one event rule",
      "functions.heartbeat.memoryMb must be 128, 256, 512 or 1024",
      "functions.heartbeat.vpc.subnetNo must be a whole number",
      "functions.heartbeat.timeoutMs must be at least 500",
      "functions.heartbeat.cron must be a cron expression of five fields: it has 4",
      "functions.redrive.timeoutMs must be at most 300000",
      "functions.redrive.cron must be a cron expression of five fields: field 3 must be the day of month 1-31, with * , - and /",
      "colour is unknown",
    ]);
  });

  test.for([
    ["a", true],
    ["_a-B_9", true],
    ["x".repeat(35), true],
    ["x".repeat(36), false],
    ["", false],
    ["a b", false],
    ["a/b", false],
    ["가나", false],
  ] as const)("the validity of the prefix %s is %s", ([prefix, isTaken]) => {
    expect(problemsOf({ ...config, prefix }).length === 0).toBe(isTaken);
  });

  test("the longest prefix makes distinct names of at most 50 characters", () => {
    const { actions, triggers } = toNames({ prefix: "x".repeat(35), package: "-" });

    const names = [...Object.values(actions), ...Object.values(triggers)].filter(
      (name) => name !== undefined,
    );
    expect(Math.max(...names.map(({ length }) => length))).toBe(50);
    expect(new Set(names).size).toBe(8);
  });

  test.for(["bucket", "heartbeat", "redrive"])(
    "the configuration cannot expose %s over HTTP",
    (name) => {
      for (const key of ["web", "rawHttp", "apiGateway", "type"]) {
        expect(problemsOf({ ...config, functions: { [name]: { [key]: true } } })).toContain(
          `functions.${name}.${key} is refused: ${name} is never exposed over HTTP`,
        );
      }
    },
  );

  test("webhook is always a web action with raw HTTP", () => {
    expect(problemsOf({ ...config, functions: { webhook: { rawHttp: false } } })).toContain(
      "functions.webhook.rawHttp cannot be chosen: webhook is always a web action with raw HTTP",
    );
  });

  test("a network is required on the vpc platform and refused on classic", () => {
    const { vpc } = config;
    expect(problemsOf({ region: "kr", functions: { heartbeat } })).toEqual([
      "functions.heartbeat.vpc is required on the vpc platform: { vpcNo, subnetNo }, here or for the whole file",
    ]);
    expect(
      problemsOf({ region: "kr", platform: "classic", vpc, functions: { heartbeat } }),
    ).toEqual(["vpc belongs to the vpc platform only"]);
    expect(problemsOf({ region: "jp", platform: "classic", functions: { heartbeat } })).toEqual([
      "platform must be vpc in region jp",
    ]);
  });

  test("bucket is refused in gov, whose triggers are cron and GitHub", () => {
    const functions = { bucket: config.functions.bucket };

    expect(problemsOf({ region: "gov", functions })).toEqual([
      "functions.bucket cannot be deployed to gov: its triggers are documented to be cron and GitHub only",
    ]);
  });

  test("the setting of a single function cannot be a secret", () => {
    const settings = { NCLOUD_SECRET_KEY: "x" };

    expect(problemsOf({ ...config, functions: { heartbeat: { ...heartbeat, settings } } })).toEqual(
      [
        "functions.heartbeat.settings.NCLOUD_SECRET_KEY is no setting, or one that belongs into the settings file",
      ],
    );
  });

  test.for([
    ["a list of functions", { functions: [] }, ["functions must be an object"]],
    [
      "a function that is true",
      { functions: { heartbeat: true } },
      ["functions.heartbeat must be an object"],
    ],
    ["a list of networks", { vpc: [{ vpcNo: 1, subnetNo: 2 }] }, ["vpc must be an object"]],
    [
      "events that are no list",
      { functions: { bucket: { events: {} } } },
      ["functions.bucket.events must be a list"],
    ],
    [
      "an unknown function",
      { functions: { heartbeat, hartbeat: heartbeat } },
      ["functions.hartbeat is no function: there are webhook, bucket, heartbeat, event, redrive"],
    ],
    [
      "the package default",
      { package: "default" },
      ["package must be - for no package, which is what default means"],
    ],
    [
      "a package with an action's name",
      { package: "datastream-relay-webhook" },
      ["package has the name of an action or a trigger of this configuration"],
    ],
    [
      "a package with a trigger's name",
      { package: "datastream-relay-redrive-cron" },
      ["package has the name of an action or a trigger of this configuration"],
    ],
    [
      "a runtime of another language",
      { runtime: "python:3.13" },
      ["runtime must be nodejs: and a version, such as nodejs:22"],
    ],
    [
      "a cronOption with a line end",
      { functions: { heartbeat: { ...heartbeat, cronOption: "* * * * *\n" } } },
      [
        "functions.heartbeat.cronOption must be 1 to 200 visible ASCII characters, with single blanks between them",
      ],
    ],
    [
      "an event rule twice",
      { functions: { bucket: { events: [upload, upload] } } },
      ["functions.bucket.events must name each event rule once"],
    ],
    [
      "an event rule with a control character",
      { functions: { bucket: { events: [{ ...upload, eventRuleName: "a\u0000" }] } } },
      ["functions.bucket.events.0.eventRuleName must be the name of an event rule of the bucket"],
    ],
    [
      "a setting of another function",
      { functions: { heartbeat: { ...heartbeat, settings: { BUCKET_TOPIC: "a" } } } },
      ["functions.heartbeat.settings.BUCKET_TOPIC is not read by heartbeat"],
    ],
    [
      "a second schedule",
      { functions: { heartbeat: { ...heartbeat, settings: { HEARTBEAT_CRON: "0 0 * * *" } } } },
      [
        "functions.heartbeat.settings.HEARTBEAT_CRON is not functions.heartbeat.cron: leave it out, cron sets both",
      ],
    ],
  ] as const)("%s is refused in words", ([, change, problems]) => {
    expect(problemsOf({ ...config, ...change })).toEqual(problems);
  });

  test("the name of an event rule may be in Korean", () => {
    const events = [{ ...upload, eventRuleName: "업로드 규칙" }];

    expect(problemsOf({ ...config, functions: { bucket: { events } } })).toEqual([]);
  });

  test.for([
    ["kr", "https://cloudfunctions.apigw.ntruss.com/ncf/api/v2", true],
    ["sg", "https://sg-cloudfunctions.apigw.ntruss.com/ncf/api/v2", true],
    ["jp", "https://jp-cloudfunctions.apigw.ntruss.com/ncf/api/v2", true],
    ["fin", "https://cloudfunctions.apigw.fin-ntruss.com/ncf/api/v2", false],
    ["gov", "https://cloudfunctions.apigw.gov-ntruss.com/api/v2", false],
  ] as const)("the API of %s is at %s", ([region, url, platformIsSent]) => {
    const place = toDeployLocation(region, undefined, undefined);

    expect(place.origin + place.basePath).toBe(url);
    expect(place.platformIsSent).toBe(platformIsSent);
  });
});

describe("the settings of a function", () => {
  const parsers = {
    webhook: webhook(),
    bucket,
    heartbeat: heartbeatTrigger,
    event: event(),
    redrive,
  };

  /** Returns the names that the function's own parsers read. */
  function askedBy(name: (typeof functionNames)[number]): Set<string> {
    const asked = new Set<string>();
    const bag = new Proxy<Record<string, unknown>>(
      { ...environment },
      {
        getOwnPropertyDescriptor(target, key) {
          asked.add(String(key));
          return Reflect.getOwnPropertyDescriptor(target, key);
        },
      },
    );
    parsers[name].parse(bag);
    // The shared parser also lists the object's own keys, to find misspelt names. The proxy has none.
    const empty = new Proxy<Record<string, unknown>>(
      {},
      {
        getOwnPropertyDescriptor(_, key) {
          asked.add(String(key));
          return undefined;
        },
      },
    );
    parseConfig(empty, 1_000);
    return asked;
  }

  test.for(functionNames)("the settings of %s are those that its parsers read", (name) => {
    expect(new Set(settingsOf(name))).toEqual(askedBy(name));
  });

  test("the functions' settings together are all settings", () => {
    expect(new Set(functionNames.flatMap(settingsOf))).toEqual(new Set(settingNames));
  });

  test.for(functionNames)("the settings of %s always contain the endpoints", (name) => {
    const bound = bindSettings(name, { ...environment });

    expect(bound.ok && bound.parameters).toMatchObject({
      DATASTREAM_ENDPOINT: "https://api.datastream.naverncp.com",
      OBJECT_STORAGE_ENDPOINT: "https://kr.object.ncloudstorage.com",
      OBJECT_STORAGE_REGION: "kr-standard",
    });
  });
});

describe("the checks before the first request", () => {
  const wrong: readonly (readonly [string, object, string])[] = [
    ["a setting that is missing", { DATASTREAM_TOPIC: "" }, "DATASTREAM_TOPIC is required"],
    ["a source without a secret", { WEBHOOK_SECRETS: "{}" }, "has no secret for the source github"],
    [
      "a misspelt setting",
      { settings: "DATASTREAM_TOPICS=a" },
      "DATASTREAM_TOPICS is not a setting: did you mean DATASTREAM_TOPIC?",
    ],
    [
      "redrive without its bucket",
      { DEAD_LETTER_BUCKET: "" },
      "DEAD_LETTER_BUCKET is required: redrive empties it",
    ],
    [
      "a time to deliver that the action does not have",
      { DELIVERY_TIMEOUT_MS: "50000" },
      "functions.webhook.timeoutMs must be at least 51000",
    ],
    [
      "another schedule in the settings",
      { HEARTBEAT_CRON: "1 1 1 1 1" },
      "HEARTBEAT_CRON is not functions.heartbeat.cron",
    ],
    [
      "no key pair",
      { DEPLOY_SECRET_KEY: "" },
      "DEPLOY_ACCESS_KEY and DEPLOY_SECRET_KEY must be set",
    ],
    [
      "more settings than an action's parameters hold",
      { WEBHOOK_SOURCES: `{"github":{"verifier":"github"}}${" ".repeat(1_000_000)}` },
      "functions.webhook has settings of more than the 1000000 bytes",
    ],
  ];

  test.for(wrong)("%s ends the command with exit code 2", async ([, change, message]) => {
    const emulator = await startCloudFunctionsEmulator();
    const { settings = "", ...env } = { ...environment, ...change } as Record<string, string>;
    const files = settings === "" ? [] : [writeFile("a.env", settings)];

    const { code, err, out } = await runDeploy(emulator.origin, {
      apply: true,
      env,
      settings: files,
    });

    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(out).toBe("");
    expect(emulator.calls()).toEqual([]);
    for (const secret of secrets) {
      expect(err).not.toContain(secret);
    }
  });

  test("an emulator on this machine is refused as the endpoint of deployed functions", async () => {
    const env = { ...environment, DATASTREAM_ENDPOINT: "http://127.0.0.1:4010" };

    const { code, err } = await runDeploy("https://127.0.0.2:1", { apply: true, env });

    expect(code).toBe(2);
    expect(err).toContain(
      "DATASTREAM_ENDPOINT is on this machine, where the functions will not be",
    );
  });

  test("an API over plain HTTP is refused unless it is on this machine", async () => {
    const { code, err } = await runDeploy("http://10.0.0.1", { plan: true });

    expect(code).toBe(2);
    expect(err).toBe(
      "error: --endpoint must be an https origin (http only for loopback)\npage: docs/troubleshooting.md#usage\n",
    );
  });

  test.for([
    [{}],
    [{ plan: true, apply: true }],
    [{ apply: true, remove: true }],
    [{ plan: true, apply: true, remove: true }],
  ])("the options %o are refused", async ([options]) => {
    const { code, err } = await runDeploy(undefined, { ...options });

    expect(code).toBe(2);
    expect(err).toContain("give one of --plan, --apply and --remove");
  });

  test("missing artifacts are reported", async () => {
    const { code, err } = await runDeploy(undefined, { plan: true, artifacts: "/nowhere" });

    expect(code).toBe(2);
    expect(err).toContain("cannot be read: run `npm run build` first");
  });

  test("a missing or invalid configuration is reported", async () => {
    const missing = await runDeploy(undefined, { plan: true, config: "/nowhere/deploy.config.ts" });
    const broken = await runDeploy(undefined, { plan: true, config: writeFile("a.json", "{") });
    const empty = await runDeploy(undefined, { plan: true, config: writeConfig(null) });

    expect([missing.code, broken.code, empty.code]).toEqual([2, 2, 2]);
    expect(missing.err).toContain("give another with --config");
    expect(broken.err).toContain("cannot be loaded (it is not JSON: line 1, column 2)");
    expect(empty.err).toContain("the configuration must be an object");
  });

  test.for([
    ["b.ts", "export default {};", "b.ts has no export named config"],
    ["c.ts", 'import "../not-there.ts";', "cannot be loaded (ERR_MODULE_NOT_FOUND, line 1)"],
    ["d.ts", "throw new Error('foreign text');", "cannot be loaded (Error)"],
  ] as const)(
    "the error of the module %s says what is wrong with it",
    async ([name, text, message]) => {
      const { code, err } = await runDeploy(undefined, {
        plan: true,
        config: writeFile(name, text),
      });

      expect(code).toBe(2);
      expect(err).toContain(message);
      expect(err).not.toContain("foreign text");
    },
  );

  test.for([
    ["b.json", '{\n  "region": "kr",\n}', "it is not JSON: line 3, column 1"],
    ["c.json", "// a comment\n{}", "it is not JSON: line 1, column 1"],
    ["d.yaml", "region: kr", "its name must end with .ts, .js, .mjs, .cjs or .json"],
    ["config", "{}", "its name must end with .ts, .js, .mjs, .cjs or .json"],
  ] as const)("the file %s is refused, with the place or the reason", async ([name, text, why]) => {
    const { code, err } = await runDeploy(undefined, { plan: true, config: writeFile(name, text) });

    expect(code).toBe(2);
    expect(err).toContain(`${name} cannot be loaded (${why})`);
  });

  test("JSON is read after a byte order mark, and whatever the case of its file's name", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const text = `\uFEFF${JSON.stringify(config)}`;

    const { code } = await runDeploy(emulator.origin, {
      plan: true,
      config: writeFile("DEPLOY.JSON", text),
    });

    expect(code).toBe(0);
  });

  test.for(["folder.ts", "folder.json"])(
    "the folder %s is refused as a configuration",
    async (name) => {
      const folder = join(dirname(writeFile("a", "")), name);
      mkdirSync(folder);

      const { code, err } = await runDeploy(undefined, { plan: true, config: folder });

      expect(code).toBe(2);
      expect(err).toMatch(/cannot be loaded \((EISDIR|ERR_\w+)\)\npage: .*\n$/);
    },
  );

  test("each wrong field is reported once, in words", async () => {
    const given = {
      ...config,
      package: 5,
      functions: { heartbeat: { cron: "0 * * * *", web: 1 } },
    };

    const { err } = await runDeploy(undefined, { plan: true, given });

    expect(err.split("\n").slice(1)).toEqual([
      "  functions.heartbeat.web is refused: heartbeat is never exposed over HTTP",
      "  package must be - or 1 to 50 letters, digits, - and _, and must not begin with -",
      "page: docs/troubleshooting.md#usage",
      "",
    ]);
  });

  test("a warning is printed for a cron's month, weekday 7 and names", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const given = {
      ...config,
      functions: { redrive: { cron: "0 0 * 6 7" }, heartbeat: { cron: "0 0 * * MON" } },
    };

    const { out } = await runDeploy(emulator.origin, { plan: true, given });

    expect(out).toContain("functions.redrive.cron, its month field: one page of the guide counts");
    expect(out).toContain("functions.redrive.cron, its weekday 7: only one page");
    expect(out).toContain("functions.heartbeat.cron, its names: the guide shows numbers only");
  });

  test("the trigger's schedule may differ from the function's if the platform counts differently", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const given = {
      ...config,
      functions: { heartbeat: { cron: "0 0 1 6 *", cronOption: "0 0 1 5 *" } },
    };

    await runDeploy(emulator.origin, { apply: true, given });

    expect(emulator.resources().get("datastream-relay-heartbeat-cron")).toMatchObject({
      cronOption: "0 0 1 5 *",
    });
    expect(emulator.resources().get("datastream-relay-heartbeat")).toMatchObject({
      parameters: { HEARTBEAT_CRON: "0 0 1 6 *" },
    });
  });
});
