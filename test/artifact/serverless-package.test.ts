import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const names = ["bucket", "event", "heartbeat", "redrive", "webhook"] as const;

type Resource = { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> };
type Template = { readonly Resources: Readonly<Record<string, Resource>> };

let folder = "";
let template: Template = { Resources: {} };

/** Packages as a newcomer would, on a machine without an AWS account. */
function runPackage(settings: Readonly<Record<string, string>>) {
  return run(
    process.execPath,
    [resolve("node_modules/serverless/bin/serverless.js"), "package", "--package", folder],
    { env: { PATH: process.env["PATH"], HOME: folder, ...settings } },
  );
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "serverless-package-"));
  await runPackage({
    NCLOUD_SECRET_KEY: "package-test-secret-key",
    UPLOAD_BUCKET: "my-uploads",
    EVENT_RULE_SOURCE: "aws.ec2",
    REDRIVE_ENABLED: "false",
    HEARTBEAT_CRON: "30 9 * * 1-5",
    HEARTBEAT_TIMEZONE: "America/New_York",
  });
  const file = join(folder, "cloudformation-template-update-stack.json");
  template = JSON.parse(readFileSync(file, "utf8")) as Template;
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function resources(type: string): readonly (readonly [name: string, properties: unknown])[] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([name, { Properties }]) => [name, Properties] as const);
}

function functionNamed(name: string) {
  const title = `${name[0]?.toUpperCase()}${name.slice(1)}LambdaFunction`;
  return template.Resources[title]?.Properties as {
    readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
  };
}

describe("the serverless package", () => {
  test.each(names)("the zip of %s contains its built files and nothing else", (name) => {
    const files = unzipSync(readFileSync(join(folder, `${name}.zip`)));

    const built = ["index.js", "package.json"].map((file) => `dist/${name}/${file}`);
    expect(new Set(Object.keys(files))).toEqual(new Set(built));
    for (const file of built) {
      expect(Buffer.from(files[file] ?? []).equals(readFileSync(file))).toBe(true);
    }
  });

  test.each(names)("Lambda finds and calls the handler of a packed %s", async (name) => {
    const unpacked = mkdtempSync(join(folder, "unpacked-"));
    for (const [file, bytes] of Object.entries(
      unzipSync(readFileSync(join(folder, `${name}.zip`))),
    )) {
      mkdirSync(dirname(join(unpacked, file)), { recursive: true });
      writeFileSync(join(unpacked, file), bytes);
    }
    const event = JSON.stringify({
      version: "2.0",
      rawPath: "/",
      headers: {},
      requestContext: { http: { method: "PATCH", path: "/" } },
    });
    const script =
      "require(process.argv[1]).handler(JSON.parse(process.argv[2]), {}).then((reply) => " +
      "console.log('status ' + reply.statusCode))";

    const index = join(unpacked, `dist/${name}/index.js`);
    const { stdout } = await run(process.execPath, ["-e", script, index, event], { env: {} });

    // Without settings webhook is wrongly configured. The other functions are not served over HTTP at all.
    expect(stdout.trim().split("\n").at(-1)).toBe(name === "webhook" ? "status 500" : "status 404");
  });

  test.each(names)(
    "the template gives %s the handler, runtime and time limit that it is built for",
    (name) => {
      expect(functionNamed(name)).toMatchObject({
        Handler: `dist/${name}/index.handler`,
        Runtime: "nodejs22.x",
        Architectures: ["arm64"],
        Timeout: name === "webhook" ? 10 : 60,
      });
    },
  );

  test("each function gets its own settings and those of no other function", () => {
    const own = names.map((name) => [
      name,
      Object.keys(functionNamed(name).Environment.Variables).filter((setting) =>
        /^(WEBHOOK|BUCKET|HEARTBEAT|EVENT|REDRIVE)_/.test(setting),
      ),
    ]);

    expect(Object.fromEntries(own)).toEqual({
      bucket: [
        "BUCKET_KEY",
        "BUCKET_TOPIC",
        "BUCKET_PARTITION",
        "BUCKET_VALUE",
        "BUCKET_EVENT_FIELDS",
        "BUCKET_NAME_FIELD",
        "BUCKET_EVENT_FIELD",
        "BUCKET_TIME_FIELD",
      ],
      event: [
        "EVENT_ID",
        "EVENT_TYPE",
        "EVENT_KEY",
        "EVENT_SUBJECT",
        "EVENT_SOURCE",
        "EVENT_TOPIC",
        "EVENT_PARTITION",
        "EVENT_VALUE",
        "EVENT_FIELDS",
        "EVENT_DROP",
        "EVENT_FILTER",
      ],
      heartbeat: [
        "HEARTBEAT_NAME",
        "HEARTBEAT_CRON",
        "HEARTBEAT_TIMEZONE",
        "HEARTBEAT_TOPIC",
        "HEARTBEAT_PARTITION",
      ],
      redrive: ["REDRIVE_TOPICS", "REDRIVE_CONCURRENCY"],
      webhook: [
        "WEBHOOK_SOURCES",
        "WEBHOOK_SECRETS",
        "WEBHOOK_BODY_BYTES_MAX",
        "WEBHOOK_BODY_ENCODING",
      ],
    });
  });

  test("webhook is the only function that is served over HTTP", () => {
    const routes = resources("AWS::ApiGatewayV2::Route");
    const integrations = resources("AWS::ApiGatewayV2::Integration");

    expect(routes.map(([, properties]) => properties)).toMatchObject([
      { RouteKey: "ANY /webhook/{source}" },
    ]);
    expect(integrations.map(([name]) => name)).toEqual(["HttpApiIntegrationWebhook"]);
    expect(resources("AWS::Lambda::Url")).toEqual([]);
  });

  test("the roles allow logs, the queues of the stack and the scheduler's call of heartbeat, and nothing more", () => {
    const roles = resources("AWS::IAM::Role");
    const [[, role]] = roles as unknown as [
      [
        string,
        {
          Policies: {
            PolicyDocument: { Statement: { Action: string | string[]; Resource: unknown }[] };
          }[];
        },
      ],
    ];
    const statements = role.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const actions = new Set(statements.flatMap(({ Action }) => Action));

    expect(roles).toHaveLength(1);
    expect([...actions].toSorted()).toEqual([
      "lambda:InvokeFunction",
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "logs:TagResource",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
      "sqs:SendMessage",
    ]);
    expect(JSON.stringify(statements)).not.toContain('"*"');
    const ofHeartbeat = expect.stringMatching(/:function:datastream-relay-dev-heartbeat(:\*)?$/);
    expect(statements.filter(({ Action }) => Action.includes("lambda:InvokeFunction"))).toEqual([
      expect.objectContaining({
        Resource: [{ "Fn::Sub": ofHeartbeat }, { "Fn::Sub": ofHeartbeat }],
      }),
    ]);
    expect(statements.filter(({ Action }) => Action === "sqs:SendMessage")).toMatchObject(
      Array(4).fill({ Resource: { "Fn::GetAtt": ["FailedEvents", "Arn"] } }),
    );
    expect(statements.filter(({ Action }) => Action.includes("sqs:ReceiveMessage"))).toMatchObject([
      { Resource: [{ "Fn::GetAtt": ["Events", "Arn"] }] },
    ]);
  });

  test("an event that fails after Lambda's own retries is sent to the queue", () => {
    const destinations = resources("AWS::Lambda::EventInvokeConfig");

    expect(destinations.map(([name]) => name).toSorted()).toEqual([
      "BucketLambdaEvConf",
      "EventLambdaEvConf",
      "HeartbeatLambdaEvConf",
      "RedriveLambdaEvConf",
    ]);
    for (const [, properties] of destinations) {
      expect(properties).toMatchObject({
        DestinationConfig: {
          OnFailure: { Destination: { "Fn::GetAtt": ["FailedEvents", "Arn"] } },
        },
      });
    }
  });

  test("the scheduler calls heartbeat by HEARTBEAT_CRON in HEARTBEAT_TIMEZONE and names the scheduled time", () => {
    const schedules = resources("AWS::Scheduler::Schedule");

    expect(schedules.map(([, properties]) => properties)).toMatchObject([
      {
        ScheduleExpression: "cron(30 9 ? * MON-FRI *)",
        ScheduleExpressionTimezone: "America/New_York",
        State: "ENABLED",
        Target: {
          Arn: { "Fn::GetAtt": ["HeartbeatLambdaFunction", "Arn"] },
          Input: JSON.stringify({
            "detail-type": "Scheduled Event",
            source: "aws.scheduler",
            time: "<aws.scheduler.scheduled-time>",
          }),
        },
      },
    ]);
  });

  test("the package fails with a wrong HEARTBEAT_CRON and names the field", async () => {
    const failure = await runPackage({ HEARTBEAT_CRON: "30 25 * * *" }).catch(
      (error: unknown) => error,
    );

    expect(failure).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        "HEARTBEAT_CRON must be a cron expression of five fields: field 2",
      ),
    });
  }, 120_000);

  test("a queue calls event and is told which of its messages failed", () => {
    const mappings = resources("AWS::Lambda::EventSourceMapping");

    expect(mappings.map(([, properties]) => properties)).toMatchObject([
      {
        EventSourceArn: { "Fn::GetAtt": ["Events", "Arn"] },
        Enabled: false,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      },
    ]);
    const withPartialBatch = names.filter(
      (name) => functionNamed(name).Environment.Variables["SQS_PARTIAL_BATCH"] === "true",
    );
    expect(withPartialBatch).toEqual(["event"]);
  });

  test("uploads of one bucket call bucket, a rule calls event, and a schedule calls redrive", () => {
    const rules = Object.fromEntries(
      resources("AWS::Events::Rule").map(([, properties]) => {
        const { Targets, ...rule } = properties as { Targets: { Arn: unknown }[] };
        const target = Targets[0]?.Arn as { "Fn::GetAtt": [string] };
        return [target["Fn::GetAtt"][0], rule];
      }),
    );

    expect(rules).toMatchObject({
      BucketLambdaFunction: {
        EventPattern: {
          source: ["aws.s3"],
          "detail-type": ["Object Created", "Object Deleted"],
          detail: { bucket: { name: ["my-uploads"] } },
        },
      },
      EventLambdaFunction: { EventPattern: { source: ["aws.ec2"] } },
      RedriveLambdaFunction: { ScheduleExpression: "rate(5 minutes)", State: "DISABLED" },
    });
  });
});
