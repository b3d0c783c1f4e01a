import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stubSettings } from "../support/adapters.ts";
import { sqsMessage } from "../support/platform-events.ts";
import { type Bag, streamSettings } from "../support/settings.ts";

type LambdaHandler = (event: unknown, context: unknown) => Promise<Bag>;

const bodies: string[] = [];
let status = 200;
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify({ status: String(status), detail: "OK" }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Events as S3 and EventBridge send them to a function, by the documents that platform-events.ts names. */
const given: readonly (readonly [name: string, event: Bag])[] = [
  [
    "bucket",
    {
      version: "0",
      id: "17793124-05d4-b198-2fde-7ededc63b103",
      "detail-type": "Object Created",
      source: "aws.s3",
      time: "2021-11-12T00:00:00Z",
      region: "ca-central-1",
      detail: {
        bucket: { name: "my-uploads" },
        object: { key: "a.txt", size: 5, sequencer: "617f08299329d189" },
        "request-id": "N4N7GDK58NMKJ12R",
      },
    },
  ],
  // No field makes its identity: the id is made of the first attempt's request id.
  ["bucket", { object_name: "b.txt" }],
  ["heartbeat", { "detail-type": "Scheduled Event", time: "2026-11-30T00:05:00Z" }],
  ["event", { id: "7bf73129", source: "aws.ec2", "detail-type": "State", detail: { a: 1 } }],
  ["event", { order: 7 }],
];

test.for(given)(
  "the built %s gives an event that is read back the same id, type and key",
  async ([name, event]) => {
    const load = createRequire(import.meta.url);
    const { handler } = load(`../../dist/${name}/index.js`) as { handler: LambdaHandler };
    const arn = `arn:aws:lambda:ap-northeast-2:123456789012:function:datastream-relay-dev-${name}`;
    const { port } = server.address() as AddressInfo;
    stubSettings({
      ...streamSettings,
      DATASTREAM_ENDPOINT: `http://127.0.0.1:${port}`,
      SQS_PARTIAL_BATCH: "true",
      AWS_LAMBDA_FUNCTION_NAME: `datastream-relay-dev-${name}`,
    });
    bodies.length = 0;

    status = 403;
    await expect(handler(event, { awsRequestId: "first" })).rejects.toThrow("STREAM_FORBIDDEN");
    status = 200;
    const record = {
      version: "1.0",
      timestamp: "2026-11-30T00:08:10.000Z",
      requestContext: {
        requestId: "first",
        functionArn: `${arn}:$LATEST`,
        condition: "RetriesExhausted",
        approximateInvokeCount: 3,
      },
      requestPayload: event,
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      responsePayload: { errorType: "Error", errorMessage: "STREAM_FORBIDDEN" },
    };
    const batch = { Records: [{ ...sqsMessage, body: JSON.stringify(record) }] };
    const reply = await handler(batch, { awsRequestId: "later" });

    expect(reply).toEqual({ batchItemFailures: [] });
    const sent = bodies.map((body) => JSON.parse(body) as { key: string; value: string });
    const [first, later] = sent.map(({ key, value }) => {
      const { id, type, source } = JSON.parse(value) as Bag;
      return { key, id, type, source };
    });
    expect(sent).toHaveLength(2);
    expect(later).toEqual(first);
  },
);
