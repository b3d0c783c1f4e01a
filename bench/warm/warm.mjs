// Measures the warm cost: the CPU time of one event in the process that runs the function.
// docs/benchmarks.md describes the two methods.
import { createHmac } from "node:crypto";
import {
  accessKey,
  bucketCall,
  heartbeatCall,
  secretKey,
  topic,
  webhookCall,
  whyNotTheWebhook,
} from "../support/calls.mjs";
import { startChild } from "../support/child.mjs";
import {
  buildArtifactWithoutNetwork,
  buildPeer,
  buildPeerWithoutNetwork,
  here,
  readArtifact,
} from "../support/functions.mjs";
import { finish, toRatioRow, turned } from "../support/report.mjs";
import { interleave, readFlags } from "../support/rounds.mjs";
import { median } from "../support/statistics.mjs";
import { withCertificate, withWebhookStream } from "../support/stream.mjs";

const hostPath = here("warm/warm-host.cjs");
const { rounds } = readFlags(15);
// V8 compiles for this long. After it the time of an event no longer falls.
const eventsOwn = { warmUp: 8_000, round: 600 };
const eventsWhole = { warmUp: 6_000, round: 250 };
const skewMs = 7;

/** Runs every variant in a process of its own. Returns one list of CPU times for each variant. */
async function measureInTurn(variants, events, check) {
  try {
    for (const variant of variants) {
      await variant.child.ask({ load: variant.load });
      check(variant, await variant.child.ask({ events: events.warmUp }), events.warmUp);
    }
    return await interleave(variants, { rounds }, async (variant) => {
      const answer = await variant.child.ask({ events: events.round });
      check(variant, answer, events.round);
      return answer.cpuMicros;
    });
  } finally {
    for (const { child } of variants) {
      child.stop();
    }
  }
}

/**
 * Replaces the HTTP client by one that acknowledges at once, so that only the function's own work is left.
 */
async function measureOwn() {
  const endpoint = "https://localhost:1";
  const webhook = webhookCall(endpoint);
  const variants = [
    { name: "webhook", code: await buildArtifactWithoutNetwork("webhook"), call: webhook },
    {
      name: "bucket",
      code: await buildArtifactWithoutNetwork("bucket"),
      call: bucketCall(endpoint),
    },
    {
      name: "heartbeat",
      code: await buildArtifactWithoutNetwork("heartbeat"),
      call: heartbeatCall(endpoint),
    },
    { name: "minimal", code: await buildPeerWithoutNetwork("minimal"), call: webhook },
    { name: "assembled", code: await buildPeerWithoutNetwork("assembled"), call: webhook },
    { name: "sample", code: await buildPeerWithoutNetwork("sample"), call: webhook },
  ].map(({ name, code, call }) => ({
    name,
    isWebhook: call === webhook,
    child: startChild(hostPath),
    load: { code, call, skewMs },
  }));
  return await measureInTurn(variants, eventsOwn, checkOwn);
}

function checkOwn({ name, isWebhook }, { last, requests, lastRequest }, events) {
  const isDone = isWebhook ? last.statusCode === 200 : last.delivered === 1;
  const why = isWebhook ? whyNotTheWebhook(String(lastRequest.body)) : undefined;
  if (!isDone || requests !== events || why !== undefined) {
    throw new Error(`${name}: ${requests} of ${events} sent, ${why ?? JSON.stringify(last)}`);
  }
}

/** Measures everything over loopback HTTPS, and subtracts the time of a bare socket for the same bytes. */
async function measureWhole() {
  return await withCertificate((certificate) =>
    withWebhookStream(certificate, async ({ endpoint, certPath, seen }) => {
      const call = webhookCall(endpoint);
      const start = () => startChild(hostPath, { env: { NODE_EXTRA_CA_CERTS: certPath } });
      const load = { exchange: { port: new URL(endpoint).port, request: toRequest(endpoint) } };
      const variants = [
        { name: "webhook", child: start(), load: { code: readArtifact("webhook"), call } },
        { name: "minimal", child: start(), load: { code: await buildPeer("minimal"), call } },
        { name: "assembled", child: start(), load: { code: await buildPeer("assembled"), call } },
        { name: "sample", child: start(), load: { code: await buildPeer("sample"), call } },
        { name: "bare socket", child: start(), load },
      ];
      let expected = 0;
      const cpu = await measureInTurn(variants, eventsWhole, ({ name }, _answer, events) => {
        expected += events;
        if (seen.acknowledged !== expected) {
          throw new Error(`${name}: not acknowledged: ${seen.refusal ?? "fewer than were sent"}`);
        }
      });
      const bare = median(cpu.at(-1));
      return { bare, less: cpu.slice(0, -1).map((times) => times.map((us) => us - bare)) };
    }),
  );
}

function toRequest(endpoint) {
  const value = {
    ...{ specversion: "1.0", id: "72d3162e-cc78-11e3-81ab-4c9367dc0958" },
    ...{ source: "/webhooks/github", type: "com.github.push", time: new Date().toISOString() },
    ...{ datacontenttype: "application/json", partitionkey: "octo/relay" },
  };
  const data = Buffer.from(webhookCall(endpoint).__ow_body, "base64").toString("utf8");
  const text = `${JSON.stringify(value).slice(0, -1)},"data":${data}}`;
  const body = JSON.stringify({ topic, key: "octo/relay", value: text });
  const timestamp = String(Date.now());
  const signed = `POST /api/produce\n${timestamp}\n${accessKey}`;
  return [
    "POST /api/produce HTTP/1.1",
    `host: ${new URL(endpoint).host}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-ncp-apigw-timestamp: ${timestamp}`,
    `x-ncp-iam-access-key: ${accessKey}`,
    `x-ncp-apigw-signature-v2: ${createHmac("sha256", secretKey).update(signed).digest("base64")}`,
    "connection: keep-alive",
    "",
    body,
  ].join("\r\n");
}

const unit = "µs";
const [webhook, bucket, heartbeat, minimal, assembled, sample] = await measureOwn();
const { bare, less } = await measureWhole();
const [webhookNet, minimalNet, assembledNet, sampleNet] = less;

/** `pair` contains our times and the other's. */
const against = (name, [ours, other], target) => toRatioRow({ name, ours, other, unit, target });
const own = "warm CPU without the HTTP client";
const whole = `warm CPU with it, less ${bare.toFixed(0)} µs of a bare TLS socket`;
finish("Warm: CPU time of one event", [
  against(`${own}, webhook against the one by hand`, [webhook, minimal], { atMost: 1.3 }),
  against(`${own}, bucket against the webhook by hand`, [bucket, minimal], { atMost: 0.5 }),
  against(`${own}, heartbeat against the webhook by hand`, [heartbeat, minimal], { atMost: 0.45 }),
  lessThan(`${own}, webhook less than the assembled one by`, [webhook, assembled]),
  lessThan(`${own}, webhook less than the sample style by`, [webhook, sample]),
  against(`${whole}, webhook against the one by hand`, [webhookNet, minimalNet], { atMost: 1 }),
  lessThan(`${whole}, webhook less than the assembled one by`, [webhookNet, assembledNet]),
  lessThan(`${whole}, webhook less than the sample style by`, [webhookNet, sampleNet]),
]);

/** Makes a row that says how many times as much the other takes. */
function lessThan(name, [ours, other]) {
  return turned(against(name, [other, ours]));
}
