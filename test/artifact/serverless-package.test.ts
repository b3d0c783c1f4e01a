import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkTemplate } from "../support/check-template.ts";

const run = promisify(execFile);
const names = ["bucket", "event", "heartbeat", "redrive", "webhook"] as const;

type Resource = { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> };
type Statement = {
  readonly Action: string | readonly string[];
  readonly Resource: GetAtt | readonly GetAtt[];
};
type GetAtt = { readonly "Fn::GetAtt": readonly [target: string, attribute: string] };
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
    WEBHOOK_THROTTLE_RATE: "50",
    WEBHOOK_RESERVED_CONCURRENCY: "20",
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

  test("each role allows its function's logs and queues, and nothing more", () => {
    const roles = Object.fromEntries(resources("AWS::IAM::Role")) as Readonly<
      Record<string, { Policies: { PolicyDocument: { Statement: Statement[] } }[] }>
    >;
    const allowed = Object.entries(roles).map(([name, { Policies }]) => [
      name,
      Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).flatMap(
        ({ Action, Resource }) =>
          [Resource].flat().map((resource) => {
            const [target, attribute] = resource["Fn::GetAtt"];
            expect(attribute).toBe("Arn");
            return `${[Action].flat().join(" ")} on ${target}`;
          }),
      ),
    ]);

    const receive = "sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes on";
    const logs = "logs:CreateLogStream logs:PutLogEvents on";
    expect(Object.fromEntries(allowed)).toEqual({
      WebhookRole: [`${logs} WebhookLogGroup`],
      BucketRole: [
        `${logs} BucketLogGroup`,
        "sqs:SendMessage on BucketFailedEvents",
        `${receive} BucketFailedEvents`,
      ],
      HeartbeatRole: [
        `${logs} HeartbeatLogGroup`,
        "sqs:SendMessage on HeartbeatFailedEvents",
        `${receive} HeartbeatFailedEvents`,
      ],
      EventRole: [
        `${logs} EventLogGroup`,
        "sqs:SendMessage on EventFailedEvents",
        `${receive} EventFailedEvents`,
        `${receive} Events`,
      ],
      RedriveRole: [`${logs} RedriveLogGroup`],
      SchedulerRole: ["lambda:InvokeFunction on HeartbeatLambdaFunction"],
    });
  });

  test.each(names)("the function %s has a role of its own, which only Lambda may take", (name) => {
    const role = `${name[0]?.toUpperCase()}${name.slice(1)}Role`;

    expect(functionNamed(name)).toMatchObject({ Role: { "Fn::GetAtt": [role, "Arn"] } });
    expect(template.Resources[role]?.Properties).toMatchObject({
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "lambda.amazonaws.com" },
            Action: "sts:AssumeRole",
          },
        ],
      },
    });
  });

  test("the HTTP API and webhook have the limits of the settings", () => {
    expect(template.Resources["HttpApiStage"]?.Properties).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 1_000 },
    });
    const reserved = names.map((name) => [
      name,
      (functionNamed(name) as { ReservedConcurrentExecutions?: number })
        .ReservedConcurrentExecutions,
    ]);
    expect(Object.fromEntries(reserved)).toEqual({ webhook: 20 });
  });

  test("the template fits the schemas of AWS", async () => {
    expect(await checkTemplate(template)).toEqual([]);
  });

  test.for([
    ["Events", { Type: "AWS::SQS::Queu" }, "Events: E3001 no resource type AWS::SQS::Queu"],
    [
      "Events",
      { Type: "AWS::SQS::Queue", Properties: { Retention: 1 } },
      "Events: E3002 no property Retention",
    ],
    [
      "HttpApiStage",
      { Type: "AWS::ApiGatewayV2::Stage", Properties: { StageName: "a" } },
      "HttpApiStage: E3003 ApiId is required",
    ],
    [
      "Events",
      { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: "360" } },
      "Events.VisibilityTimeout: E3012 must be of type integer",
    ],
    [
      "More",
      { Type: "AWS::SQS::Queue", DependsOn: "Nothing" },
      "More: E1020 Nothing is no resource",
    ],
    [
      "Events",
      {
        Type: "AWS::SQS::Queue",
        Properties: { QueueName: { "Fn::GetAtt": ["FailedEvents", "Name"] } },
      },
      "Events: E1010 FailedEvents has no attribute Name",
    ],
    [
      "More",
      { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::GetAtt": "More.QueueName" } } },
      "More: E3004 depends on itself",
    ],
  ] as const)("a mistake in %s is found in the template", async ([name, resource, problem]) => {
    const { Resources } = template;

    const problems = await checkTemplate({ Resources: { ...Resources, [name]: resource } });

    expect(problems).toEqual([problem]);
  });

  test("an event that fails after Lambda's own retries is sent to the queue of its function", () => {
    const destinations = resources("AWS::Lambda::EventInvokeConfig").map(([name, properties]) => [
      name,
      properties,
    ]);

    const to = (queue: string) =>
      expect.objectContaining({
        DestinationConfig: { OnFailure: { Destination: { "Fn::GetAtt": [queue, "Arn"] } } },
      });
    expect(Object.fromEntries(destinations)).toEqual({
      BucketLambdaEvConf: to("BucketFailedEvents"),
      EventLambdaEvConf: to("EventFailedEvents"),
      HeartbeatLambdaEvConf: to("HeartbeatFailedEvents"),
      RedriveLambdaEvConf: expect.objectContaining({
        DestinationConfig: {},
        MaximumRetryAttempts: 0,
      }),
    });
  });

  test("what fails five times is moved from every queue to the last one, which moves nothing", () => {
    const queues = resources("AWS::SQS::Queue").map(([name, properties]) => [
      name,
      (properties as { RedrivePolicy?: unknown }).RedrivePolicy,
    ]);

    const moved = {
      deadLetterTargetArn: { "Fn::GetAtt": ["FailedEvents", "Arn"] },
      maxReceiveCount: 5,
    };
    expect(Object.fromEntries(queues)).toEqual({
      Events: moved,
      BucketFailedEvents: moved,
      HeartbeatFailedEvents: moved,
      EventFailedEvents: moved,
    });
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
          RoleArn: { "Fn::GetAtt": ["SchedulerRole", "Arn"] },
          Input: JSON.stringify({
            "detail-type": "Scheduled Event",
            source: "aws.scheduler",
            time: "<aws.scheduler.scheduled-time>",
          }),
        },
      },
    ]);
  });

  test.for([
    [
      "HEARTBEAT_CRON",
      { HEARTBEAT_CRON: "30 25 * * *" },
      "HEARTBEAT_CRON must be a cron expression of five fields: field 2",
    ],
    [
      "HEARTBEAT_TIMEZONE",
      { HEARTBEAT_TIMEZONE: "Asia/Busan" },
      "HEARTBEAT_TIMEZONE must be a time zone",
    ],
    [
      "WEBHOOK_RESERVED_CONCURRENCY",
      { WEBHOOK_RESERVED_CONCURRENCY: "many" },
      "WEBHOOK_RESERVED_CONCURRENCY must be a whole number",
    ],
    [
      "WEBHOOK_THROTTLE_BURST",
      { WEBHOOK_THROTTLE_BURST: "0" },
      "WEBHOOK_THROTTLE_BURST must be a whole number",
    ],
    [
      "WEBHOOK_SECRETS",
      { WEBHOOK_SECRETS: "s".repeat(4_096) },
      "the environment of webhook has 4,628 bytes, and Lambda takes 4,096; the largest are WEBHOOK_SECRETS 4,098",
    ],
  ] as const)(
    "the package fails with a wrong value of %s and says why",
    { timeout: 120_000 },
    async ([, settings, text]) => {
      const failure = await runPackage(settings).catch((error: unknown) => error);

      expect(failure).toMatchObject({ code: 1, stdout: expect.stringContaining(text) });
    },
  );

  test("every queue calls a function that is told which of its messages failed", () => {
    const mappings = resources("AWS::Lambda::EventSourceMapping").map(
      ([, properties]) => properties,
    );

    const readBy = (name: string, queue: string, more: object) => ({
      BatchSize: 1,
      EventSourceArn: { "Fn::GetAtt": [queue, "Arn"] },
      FunctionName: { "Fn::GetAtt": [`${name}LambdaFunction`, "Arn"] },
      Enabled: false,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ...more,
    });
    expect(mappings).toEqual([
      readBy("Bucket", "BucketFailedEvents", {}),
      readBy("Heartbeat", "HeartbeatFailedEvents", {}),
      readBy("Event", "EventFailedEvents", {}),
      readBy("Event", "Events", { BatchSize: expect.anything() }),
    ]);
    const withPartialBatch = names.filter(
      (name) => functionNamed(name).Environment.Variables["SQS_PARTIAL_BATCH"] === "true",
    );
    expect(withPartialBatch).toEqual(["bucket", "event", "heartbeat"]);
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
