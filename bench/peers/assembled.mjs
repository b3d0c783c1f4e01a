// Does the same work with what people combine today: middy, Powertools, zod, axios with axios-retry and a
// GitHub HMAC helper, in the style of those projects' own guides. It is lean where that is usual: one HTTP
// client for all calls, settings parsed once, no idempotency store.
import { createHmac } from "node:crypto";
import { Agent } from "node:https";
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { parser } from "@aws-lambda-powertools/parser/middleware";
import middy from "@middy/core";
import httpErrorHandler from "@middy/http-error-handler";
import httpHeaderNormalizer from "@middy/http-header-normalizer";
import { verify } from "@octokit/webhooks-methods";
import axios from "axios";
import axiosRetry from "axios-retry";
import { z } from "zod";

const producePath = "/api/produce";
const logger = new Logger({ serviceName: "relay", logLevel: "WARN" });

const client = axios.create({ timeout: 3000, httpsAgent: new Agent({ keepAlive: true }) });
axiosRetry(client, {
  retries: 3,
  retryDelay: axiosRetry.exponentialDelay,
  retryCondition: (error) =>
    axiosRetry.isNetworkError(error) ||
    [408, 429].includes(error.response?.status) ||
    (error.response?.status ?? 0) >= 500,
});

const settingsSchema = z.object({
  NCLOUD_ACCESS_KEY: z.string().min(1),
  NCLOUD_SECRET_KEY: z.string().min(1),
  DATASTREAM_ENDPOINT: z.url(),
  DATASTREAM_TOPIC: z.string().min(1),
  WEBHOOK_SECRETS: z.object({ github: z.array(z.string().min(1)).min(1) }),
});

const eventSchema = z.object({
  httpMethod: z.literal("POST"),
  path: z.literal("/github"),
  headers: z.looseObject({
    "x-github-delivery": z.string().min(1),
    "x-github-event": z.string().min(1),
    "x-hub-signature-256": z.string().min(1),
  }),
  body: z.string().max(700_000),
});

const payloadSchema = z.looseObject({
  repository: z.looseObject({ full_name: z.string() }).optional(),
});

const answerSchema = z.object({ status: z.coerce.number() });

let settings;

async function relay(event) {
  const { headers, body } = event;
  await authenticate(body, headers["x-hub-signature-256"]);
  const payload = payloadSchema.parse(JSON.parse(body));
  const id = headers["x-github-delivery"];
  const key = payload.repository?.full_name ?? id;
  const value = JSON.stringify({
    specversion: "1.0",
    id,
    source: "/webhooks/github",
    type: `com.github.${headers["x-github-event"]}`,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    partitionkey: key,
    data: payload,
  });
  await produce({ topic: settings.DATASTREAM_TOPIC, key, value });
  logger.info("delivered", { id });
  return {
    statusCode: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ status: "delivered", id }),
  };
}

async function authenticate(body, signature) {
  for (const secret of settings.WEBHOOK_SECRETS.github) {
    if (await verify(secret, body, signature)) {
      return;
    }
  }
  throw Object.assign(new Error("Unauthorized"), { statusCode: 401 });
}

async function produce(message) {
  const timestamp = String(Date.now());
  const text = `POST ${producePath}\n${timestamp}\n${settings.NCLOUD_ACCESS_KEY}`;
  const signature = createHmac("sha256", settings.NCLOUD_SECRET_KEY).update(text).digest("base64");
  const { data } = await client.post(`${settings.DATASTREAM_ENDPOINT}${producePath}`, message, {
    headers: {
      "Content-Type": "application/json",
      "x-ncp-apigw-timestamp": timestamp,
      "x-ncp-iam-access-key": settings.NCLOUD_ACCESS_KEY,
      "x-ncp-apigw-signature-v2": signature,
    },
  });
  if (answerSchema.parse(data).status !== 200) {
    throw Object.assign(new Error("not acknowledged"), { statusCode: 503 });
  }
}

const handler = middy()
  .use(injectLambdaContext(logger))
  .use(httpHeaderNormalizer())
  .use(httpErrorHandler({ logger: (error) => logger.error("failed", error) }))
  .use(parser({ schema: eventSchema }))
  .handler(relay);

/**
 * Turns an OpenWhisk activation into API Gateway's proxy event, for which all of these libraries are made.
 */
export async function main(params) {
  settings ??= settingsSchema.parse(params);
  const event = {
    httpMethod: params.__ow_method.toUpperCase(),
    path: params.__ow_path,
    headers: params.__ow_headers,
    body: Buffer.from(params.__ow_body, "base64").toString("utf8"),
  };
  const context = {
    awsRequestId: process.env.__OW_ACTIVATION_ID,
    functionName: "relay",
    functionVersion: "1",
    invokedFunctionArn: "relay",
    memoryLimitInMB: "256",
    getRemainingTimeInMillis: () => 60_000,
  };
  return await handler(event, context);
}
