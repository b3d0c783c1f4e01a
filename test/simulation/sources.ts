import { createHmac } from "node:crypto";
import type { HttpCall } from "../support/calls.ts";
import { secretsInUse } from "../support/spoken.ts";
import type { Dice } from "./dice.ts";
import type { ExpectedRecord } from "./expected-records.ts";
import type { WorkloadEvent } from "./ledger.ts";

/** Configures the senders. The deliveries of each are below. */
export const simulatedWebhookSettings = {
  WEBHOOK_SOURCES: {
    github: { verifier: "github" },
    stripe: { verifier: "stripe", topic: "audit" },
    line: { verifier: "line" },
    batch: {
      verifier: "hmac",
      ...{ header: "x-batch-signature", timestampHeader: "x-batch-time" },
      ...{ split: "/items", id: ["body:/batch"], key: ["element:/user"], topic: "audit" },
    },
    plain: { verifier: "hmac", header: "x-plain-signature", value: "raw", key: ["body:/user"] },
  },
  WEBHOOK_SECRETS: {
    github: [secretsInUse.github, secretsInUse.githubOld],
    stripe: [secretsInUse.provider],
    line: [secretsInUse.token],
    batch: [secretsInUse.hmac],
    plain: [secretsInUse.bearer],
  },
  WEBHOOK_BODY_BYTES_MAX: 300_000,
};

type SourceName = keyof typeof simulatedWebhookSettings.WEBHOOK_SOURCES;
export const sourceNames = Object.keys(simulatedWebhookSettings.WEBHOOK_SOURCES) as [
  SourceName,
  ...SourceName[],
];
const splits: readonly string[] = ["line", "batch"];

/** The time that the provider waits for a response, as far as the functions know. */
export const senderTimeoutMsOf: Readonly<Record<string, number | undefined>> = {
  github: 10_000,
  line: 2_000,
};

export type Delivery = WorkloadEvent & {
  readonly toCall: (nowMs: number) => HttpCall;
};

const users = ["ada", "eve", "uma", "otto", "kim"] as const;
const largeChars = 4_000;

type RecordDraw = { readonly n: number; readonly source: SourceName; readonly hasLarge: boolean };

/** Draws one event of the sender, with numbers that a parser would change. */
function drawRecord(
  dice: Dice,
  { n, source, hasLarge }: RecordDraw,
  index: number,
): ExpectedRecord {
  const poison = dice.chance(0.03);
  const recordId = `mark-${n}-${index}${poison ? "-poison" : ""}`;
  const user = dice.oneOf(users);
  const large = hasLarge && source !== "plain" && dice.chance(0.4);
  const filler = large ? "x".repeat(largeChars) : "";
  const rest = `"n":12345678901234567890,"price":1.0,"note":"private-${n} ${filler}"`;
  const texts = {
    github: `{"repository":{"full_name":"octo/${user}"},"mark":"${recordId}",${rest}}`,
    stripe: `{"id":"evt_${recordId}","type":"charge.paid","data":{"object":{"id":"${user}"}},${rest}}`,
    line: `{"type":"message","webhookEventId":"w-${recordId}","source":{"userId":"${user}"},${rest}}`,
    batch: `{"mark":"${recordId}","user":"${user}",${rest}}`,
    plain: `{"mark":"${recordId}","user":"${user}",${rest}}`,
  };
  const key = source === "github" ? `octo/${user}` : user;
  const topic = source === "stripe" || source === "batch" ? "audit" : "orders";
  return { recordId, topic, key, text: texts[source], poison, large };
}

/** Draws a delivery that is signed anew for each try. Some deliveries have to be refused. */
export function drawDelivery(dice: Dice, n: number, hasLarge: boolean): Delivery {
  const source = dice.oneOf(sourceNames);
  const many = dice.chance(0.15) ? dice.between(10, 60) : dice.between(1, 8);
  const count = splits.includes(source) ? many : 1;
  const expected = Array.from({ length: count }, (_, index) =>
    drawRecord(dice, { n, source, hasLarge }, index),
  );
  // A raw value does not have to parse.
  const spoilt = dice.oneOf<400 | 401 | 413>([source === "plain" ? 401 : 400, 401, 413]);
  const bad = dice.chance(0.08) ? spoilt : undefined;
  const body = spoil(toBody(source, n, expected), bad);
  const secrets: string[] = [`private-${n}`];
  const signedLate = dice.chance(0.5);
  return {
    ...{ n, source, expected, secrets, tries: 0 },
    bad,
    signsTime: source === "stripe" || source === "batch",
    toCall: (nowMs) => {
      const signedMs = bad === 401 && signedLate ? nowMs - 3_600_000 : nowMs;
      const headers = sign(source, body, { n, signedMs });
      const values = Object.entries(headers).filter(([name]) => name.includes("signature"));
      secrets.push(...values.map(([, value]) => value));
      return {
        ...{ method: "POST", path: `/hooks/${source}`, body },
        headers: {
          "content-type": "application/json",
          ...(bad === 401 ? forge(headers) : headers),
        },
      };
    },
  };
}

function toBody(source: SourceName, n: number, expected: readonly ExpectedRecord[]): string {
  const texts = expected.map(({ text }) => text);
  switch (source) {
    case "line":
      return `{"destination":"bot","events":[${texts.join(",")}]}`;
    case "batch":
      return `{"batch":"b-${n}","items":[${texts.join(" , ")}]}`;
    default:
      return texts.join("");
  }
}

function spoil(body: string, bad: WorkloadEvent["bad"]): string {
  if (bad === 413) {
    return `{"big":"${"y".repeat(300_000)}",${body.slice(1)}`;
  }
  return bad === 400 ? body.slice(0, -1) : body;
}

function forge(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      name.includes("signature") ? value.replace(/[0-9a-f](?=[^0-9a-f]*$)/, "g") : value,
    ]),
  );
}

type SignatureInput = { readonly n: number; readonly signedMs: number };

function sign(
  source: SourceName,
  body: string,
  { n, signedMs }: SignatureInput,
): Record<string, string> {
  const seconds = String(Math.floor(signedMs / 1_000));
  const hmac = (secret: string, text: string) => createHmac("sha256", secret).update(text);
  switch (source) {
    case "github":
      return {
        "x-github-event": "push",
        "x-github-delivery": `delivery-${n}`,
        "x-hub-signature-256": `sha256=${hmac(secretsInUse.githubOld, body).digest("hex")}`,
      };
    case "stripe": {
      const signature = hmac(secretsInUse.provider, `${seconds}.${body}`).digest("hex");
      return { "stripe-signature": `t=${seconds},v1=${signature}` };
    }
    case "line":
      return { "x-line-signature": hmac(secretsInUse.token, body).digest("base64") };
    case "batch":
      return {
        "x-batch-time": seconds,
        "x-batch-signature": hmac(secretsInUse.hmac, `${seconds}.${body}`).digest("hex"),
      };
    case "plain":
      return { "x-plain-signature": hmac(secretsInUse.bearer, body).digest("hex") };
  }
}
