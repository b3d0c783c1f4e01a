import { describe, expect, test } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { providers } from "../../../lib/webhooks/providers/providers.ts";
import { adapters, produced } from "../../support/adapters.ts";
import { createHarness, startMs } from "../../support/harness.ts";
import { type Fields, type Sender, senders } from "../../support/senders.ts";
import { streamSettings } from "../../support/settings.ts";

type Attribute = "id" | "type" | "key";
type Chosen = Readonly<Record<string, readonly Attribute[]>>;

/**
 * Headers that the signature does not cover and that a replay can therefore change, with the attributes
 * that follow each. The table of the security page has the same rows, from the providers' documents.
 */
const openHeaders: Readonly<Record<string, Chosen>> = {
  github: { "X-GitHub-Delivery": ["id"], "X-GitHub-Event": ["type"] },
  // The token is the only proof, so a replay of it can carry anything.
  gitlab: {
    "webhook-id": ["id"],
    "webhook-timestamp": [],
    "X-Gitlab-Event": [],
    "Idempotency-Key": [],
  },
  "gitlab-with-signing-token": { "X-Gitlab-Event": [], "Idempotency-Key": [] },
  bitbucket: { "X-Request-UUID": ["id"], "X-Event-Key": ["type"] },
  jira: { "X-Atlassian-Webhook-Identifier": ["id"] },
  linear: { "Linear-Delivery": ["id"], "Linear-Event": [] },
  pagerduty: { "X-Webhook-Id": [] },
  "standard-webhooks": {},
  "standard-webhooks-with-ed25519": {},
  svix: {},
  portone: {},
  stripe: {},
  paddle: {},
  shopify: {
    "X-Shopify-Webhook-Id": ["id"],
    "X-Shopify-Topic": ["type"],
    "X-Shopify-Shop-Domain": ["key"],
  },
  slack: {},
  zoom: {},
  discord: {},
  line: {},
  "naver-works": { "X-WORKS-BotId": [] },
  // The admin key is the only proof, as with gitlab's token.
  kakao: { "X-Kakao-Resource-ID": ["id"] },
  telegram: {},
  twilio: { "I-Twilio-Idempotency-Token": ["id"] },
  meta: {},
  toss: { "tosspayments-webhook-transmission-id": [] },
  chzzk: { "Chzzk-Event-Message-Data-Type": ["type"] },
};

const presets = senders.filter(({ verifier }) => Object.hasOwn(providers, verifier));
/** The unsigned headers of senders that sign the body. */
const open = presets
  .filter(({ proof }) => proof !== "credentials")
  .flatMap((sender) =>
    Object.entries(openHeaders[sender.name] ?? {}).map(
      ([header, attributes]) => [sender.name, header, { sender, attributes }] as const,
    ),
  );

/** Sends a delivery with changed headers and returns its messages, none if it is refused. */
async function replay(sender: Sender, change: (signed: Fields) => Fields) {
  const { name, verifier, options, secret, contentType } = sender;
  const harness = createHarness();
  const settings = {
    ...streamSettings,
    WEBHOOK_SOURCES: { [name]: { verifier, ...options } },
    WEBHOOK_SECRETS: { [name]: [secret] },
  };
  const body = sender.bodyAt(startMs);
  const signed = sender.sign(Buffer.from(body), { secret, nowMs: startMs, contentType });
  const headers = { "content-type": contentType, ...change(signed) };
  const { http } = adapters[0].open(webhook(), { harness, settings });
  await http({ method: "POST", path: `/${name}`, body, headers });
  return produced(harness).map(({ key, value }) => {
    const { id, type } = JSON.parse(value) as Record<Attribute, string>;
    return { id, type, key };
  });
}

function headersOf({ sign, secret, contentType, bodyAt }: Sender): readonly string[] {
  return Object.keys(sign(Buffer.from(bodyAt(startMs)), { secret, nowMs: startMs, contentType }));
}

describe("a replay with other headers", () => {
  test("every preset has a case of a replay", () => {
    expect(Object.keys(openHeaders)).toEqual(presets.map(({ name }) => name));
  });

  test.for(presets)(
    "a replay of a delivery of $name changes what its unsigned headers say",
    async (sender) => {
      const [original] = await replay(sender, (signed) => signed);
      const changed: Record<string, readonly string[]> = {};
      for (const header of headersOf(sender)) {
        const [again] = await replay(sender, (signed) => ({ ...signed, [header]: "chosen" }));
        if (again !== undefined) {
          const attributes = ["id", "type", "key"] as const;
          changed[header] = attributes.filter((one) => again[one] !== original?.[one]);
        }
      }

      expect(changed).toEqual(openHeaders[sender.name]);
    },
  );

  test.for(presets.filter(({ proof }) => proof !== "credentials"))(
    "a replay of a delivery of $name with headers of a CloudEvent changes nothing",
    async (sender) => {
      const event = {
        ...{ "ce-specversion": "1.0", "ce-id": "chosen", "ce-type": "chosen" },
        ...{ "ce-source": "/chosen", "ce-partitionkey": "chosen", "ce-subject": "chosen" },
      };

      const original = await replay(sender, (signed) => signed);
      const again = await replay(sender, (signed) => ({ ...signed, ...event }));

      expect(again).toEqual(original);
    },
  );

  test.for(open)(
    "a replay of %s with another %s keeps the body's hash",
    async ([, header, given]) => {
      const { sender, attributes } = given;
      const [original] = await replay(sender, (signed) => signed);
      const [again] = await replay(sender, (signed) => ({ ...signed, [header]: "chosen" }));

      const [hash] = /-[0-9a-f]{32}$/.exec(original?.id ?? "") ?? [];
      expect(again?.id).toBe(attributes.includes("id") ? `chosen${hash}` : original?.id);
    },
  );

  test.for(open)(
    "a replay of %s without its %s has an id of the signed bytes",
    async ([, header, given]) => {
      const { sender, attributes } = given;
      const [original] = await replay(sender, (signed) => signed);
      const [again] = await replay(sender, ({ [header]: _, ...others }) => others);

      // SHA-256 of source, signed time and body.
      const named = attributes.includes("id")
        ? expect.stringMatching(/^[0-9a-f]{64}$/)
        : original?.id;
      expect(again?.id).toEqual(named);
    },
  );
});
