// Makes the calls for every function, and checks what reaches the stream of each.
import { createHmac } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

export const topic = "bench";
export const accessKey = "bench-access-key";
export const secretKey = "bench-secret-key";
const githubSecret = "bench-github-webhook-secret";
const deliveryId = "72d3162e-cc78-11e3-81ab-4c9367dc0958";

const payload = {
  ref: "refs/heads/main",
  repository: { id: 1, full_name: "octo/relay" },
  commits: Array.from({ length: 20 }, (_, index) => ({
    id: String(index).repeat(40).slice(0, 40),
    message: "line: say what happened and why",
    timestamp: "2026-11-24T09:00:00+09:00",
    author: { name: "Mona", email: "mona@example.com" },
    modified: ["lib/function/relay.ts", "test/relay.test.ts"],
  })),
};
const body = Buffer.from(JSON.stringify(payload));

function settingsFor(endpoint) {
  return {
    NCLOUD_ACCESS_KEY: accessKey,
    NCLOUD_SECRET_KEY: secretKey,
    DATASTREAM_ENDPOINT: endpoint,
    DATASTREAM_TOPIC: topic,
    DATASTREAM_PARTITIONS: 3,
    LOG_LEVEL: "warn",
  };
}

/** Makes a push of GitHub as OpenWhisk passes it on, raw and in base64, with 4 KiB. */
export function webhookCall(endpoint) {
  const signature = createHmac("sha256", githubSecret).update(body).digest("hex");
  return {
    ...settingsFor(endpoint),
    WEBHOOK_SOURCES: { github: { verifier: "github" } },
    WEBHOOK_SECRETS: { github: [githubSecret] },
    __ow_method: "post",
    __ow_path: "/github",
    __ow_query: "",
    __ow_headers: {
      "content-type": "application/json",
      "x-github-delivery": deliveryId,
      "x-github-event": "push",
      "x-hub-signature-256": `sha256=${signature}`,
    },
    __ow_body: body.toString("base64"),
  };
}

/** Makes an upload as S3 reports it, in the parameters. */
export function bucketCall(endpoint) {
  return {
    ...settingsFor(endpoint),
    DEAD_LETTER_BUCKET: "bench-dead-letters",
    Records: [toS3Record("photos/one.jpg", 1)],
  };
}

export function heartbeatCall(endpoint) {
  return {
    ...settingsFor(endpoint),
    DEAD_LETTER_BUCKET: "bench-dead-letters",
    HEARTBEAT_NAME: "nightly",
    HEARTBEAT_CRON: "*/5 * * * *",
  };
}

/** Makes one entry of `Records`, in the form of Amazon S3's "Event message structure". */
export function toS3Record(name, sequence) {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: "ap-northeast-2",
    eventTime: "2026-11-24T00:00:00.000Z",
    eventName: "ObjectCreated:Put",
    userIdentity: { principalId: "AIDAJDPLRKLG7UEXAMPLE" },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: { "x-amz-request-id": "C3D13FE58DE4C810" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "bench",
      bucket: {
        name: "bench-uploads",
        ownerIdentity: { principalId: "A3NL1KOZZKExample" },
        arn: "arn:aws:s3:::bench-uploads",
      },
      object: {
        key: name,
        size: 1024,
        eTag: "d41d8cd98f00b204e9800998ecf8427e",
        sequencer: sequence.toString(16).padStart(18, "0"),
      },
    },
  };
}

/**
 * Returns why a request is not a produce signed with our keys, or undefined. Written independently of lib/.
 */
export function whyNotSigned({ method, url, headers }) {
  const timestamp = headers["x-ncp-apigw-timestamp"];
  const text = `POST /api/produce\n${timestamp}\n${accessKey}`;
  if (method !== "POST" || url !== "/api/produce") {
    return `${method} ${url}`;
  }
  const expected = createHmac("sha256", secretKey).update(text).digest("base64");
  const isSigned =
    headers["x-ncp-iam-access-key"] === accessKey &&
    headers["x-ncp-apigw-signature-v2"] === expected;
  return isSigned ? undefined : "the signature is not the one of these keys";
}

/** Returns why a produced message is not the CloudEvent of webhookCall, or undefined. */
export function whyNotTheWebhook(text) {
  const { topic: named, key, value } = JSON.parse(text);
  const event = JSON.parse(value);
  const isTheEvent =
    named === topic &&
    key === "octo/relay" &&
    event.specversion === "1.0" &&
    String(event.id).startsWith(deliveryId) &&
    event.type === "com.github.push" &&
    event.source === "/webhooks/github" &&
    event.partitionkey === key &&
    Number.isFinite(Date.parse(event.time)) &&
    isDeepStrictEqual(event.data, payload);
  return isTheEvent ? undefined : "the message is not the CloudEvent of the webhook";
}
