// The yardstick of cold.mjs: the least that a careful person would write by hand for one GitHub webhook and
// one topic. It has no settings to parse, no other schemes and no dead letters.
import { createHmac, timingSafeEqual } from "node:crypto";
import { Agent, request } from "node:https";

const agent = new Agent({ keepAlive: true, scheduling: "lifo", timeout: 4000 });
const path = "/api/produce";
const bodyBytesMax = 700_000;
const attemptsMax = 3;

export async function main(params) {
  try {
    return await relay(params);
  } catch (error) {
    console.error(JSON.stringify({ level: "error", reason: error.message }));
    return reply(500, { status: "failed" });
  }
}

async function relay(params) {
  if (typeof params.__ow_query !== "string") {
    throw new Error("raw-http is off");
  }
  if (params.__ow_method !== "post") {
    return reply(405, { status: "refused" }, { allow: "POST" });
  }
  if (params.__ow_path !== "/github") {
    return reply(404, { status: "refused" });
  }
  const headers = params.__ow_headers;
  const body = Buffer.from(params.__ow_body, "base64");
  if (body.length > bodyBytesMax) {
    return reply(413, { status: "refused" });
  }
  if (!isSigned(body, headers["x-hub-signature-256"], params.WEBHOOK_SECRETS.github)) {
    return reply(401, { status: "refused" });
  }
  const text = body.toString("utf8");
  let payload;
  try {
    payload = JSON.parse(text);
  } catch {
    return reply(400, { status: "refused" });
  }
  const id = headers["x-github-delivery"];
  const key = payload.repository?.full_name ?? id;
  const value = `${JSON.stringify({
    specversion: "1.0",
    id,
    source: "/webhooks/github",
    type: `com.github.${headers["x-github-event"]}`,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    partitionkey: key,
  }).slice(0, -1)},"data":${text}}`;
  const delivered = await deliver(
    params,
    JSON.stringify({ topic: params.DATASTREAM_TOPIC, key, value }),
  );
  return delivered
    ? reply(200, { status: "delivered", id })
    : reply(503, { status: "failed" }, { "retry-after": "30" });
}

function isSigned(body, signature, secrets) {
  const given = Buffer.from(signature ?? "");
  return secrets.some((secret) => {
    const expected = Buffer.from(
      `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    );
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

async function deliver(settings, message) {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const status = await produce(settings, message).catch(() => 503);
    if (status === 200) {
      return true;
    }
    if (status < 500 && status !== 408 && status !== 429) {
      throw new Error(`the API answered ${status}`);
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 100 * 2 ** attempt));
  }
  return false;
}

function produce(settings, message) {
  const timestamp = String(Date.now());
  const signed = `POST ${path}\n${timestamp}\n${settings.NCLOUD_ACCESS_KEY}`;
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(message),
    "x-ncp-apigw-timestamp": timestamp,
    "x-ncp-iam-access-key": settings.NCLOUD_ACCESS_KEY,
    "x-ncp-apigw-signature-v2": createHmac("sha256", settings.NCLOUD_SECRET_KEY)
      .update(signed)
      .digest("base64"),
  };
  return new Promise((resolve, reject) => {
    const url = new URL(path, settings.DATASTREAM_ENDPOINT);
    const call = request(url, { method: "POST", agent, headers, timeout: 3000 }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const { status } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
        resolve(answer.statusCode === 200 ? Number(status) : answer.statusCode);
      });
    });
    call.on("timeout", () => call.destroy(new Error("timeout")));
    call.on("error", reject);
    call.end(message);
  });
}

function reply(statusCode, body, headers = {}) {
  return {
    statusCode,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}
