import { createToken, kakaoAdminKey } from "./credentials.ts";
import { gitlab } from "./gitlab.ts";
import { discordHandshake, slackHandshake, zoomHandshake } from "./handshake.ts";
import { linear } from "./linear.ts";
import { fixed, type Preset, type Scheme } from "./scheme.ts";
import { ed25519, ed25519KeyBytes, hmac } from "./signature.ts";
import { createSignatureVerifier, type SignatureForm } from "./signature-header.ts";
import { createStandardWebhooks } from "./standard-webhooks.ts";
import { twilio } from "./twilio.ts";

/**
 * Providers of webhooks, each pinned to the public document that is named above it. A row is built
 * when a source names it: a function serves one or two of them.
 */
export const providers: Readonly<Record<string, () => Scheme>> = {
  // GitHub docs, "Validating webhook deliveries"; the older SHA-1 header is not accepted.
  github: () =>
    sha256(
      { header: "x-hub-signature-256", prefix: "sha256=" },
      {
        id: ["header:x-github-delivery"],
        type: ["header:x-github-event"],
        typePrefix: "com.github.",
        key: ["body:/repository/full_name", "body:/organization/login"],
        answerMsMax: 10_000,
      },
    ),
  // GitLab docs, "Webhooks", "Delivery headers".
  gitlab: () =>
    fixed(gitlab, {
      id: ["header:webhook-id", "header:idempotency-key"],
      type: ["body:/object_kind", "header:x-gitlab-event"],
      typePrefix: "com.gitlab.",
      key: ["body:/project/path_with_namespace"],
    }),
  // Bitbucket Cloud docs, "Manage webhooks", "Event payloads", "Troubleshoot webhooks".
  bitbucket: () =>
    sha256(
      { header: "x-hub-signature", prefix: "sha256=" },
      {
        id: ["header:x-request-uuid"],
        type: ["header:x-event-key"],
        typePrefix: "org.bitbucket.",
        key: ["body:/repository/full_name"],
        answerMsMax: 10_000,
      },
    ),
  // Jira Cloud platform docs, "Webhooks", "Secure admin webhooks".
  jira: () =>
    sha256(
      { header: "x-hub-signature", prefix: "sha256=" },
      {
        id: ["header:x-atlassian-webhook-identifier"],
        type: ["body:/webhookEvent"],
        typePrefix: "com.atlassian.",
        key: ["body:/issue/key"],
        subject: ["body:/issue/key"],
        notedHeaders: ["x-atlassian-webhook-retry"],
      },
    ),
  // Linear docs, "Webhooks". It sends again after up to 7 hours, and does not say with which time.
  linear: () =>
    fixed(linear, {
      id: ["header:linear-delivery"],
      type: ["body:/type"],
      typePrefix: "app.linear.",
      bodyType: "json",
      key: ["body:/data/id", "body:/organizationId"],
      subject: ["body:/url"],
      answerMsMax: 5_000,
      toleranceSeconds: 28_800,
    }),
  // PagerDuty developer docs, "Webhooks v3", "Behavior", "Signatures".
  pagerduty: () =>
    sha256(
      { header: "x-pagerduty-signature", prefix: "v1=", separator: "," },
      {
        id: ["body:/event/id"],
        type: ["body:/event/event_type"],
        typePrefix: "com.pagerduty.",
        bodyType: "json",
        key: ["body:/event/data/incident/id", "body:/event/data/id"],
        answerMsMax: 5_000,
      },
    ),
  // Standard Webhooks specification 1.0; it advises senders to wait 15 to 30 s.
  "standard-webhooks": () =>
    fixed(createStandardWebhooks("webhook"), {
      id: ["header:webhook-id"],
      type: ["body:/type"],
      answerMsMax: 15_000,
    }),
  // Svix docs, "Verifying webhooks manually", "Retry schedule".
  svix: () =>
    fixed(createStandardWebhooks("svix"), {
      id: ["header:svix-id"],
      type: ["body:/type"],
      answerMsMax: 15_000,
    }),
  // PortOne developers (V2), "Webhook": Standard Webhooks.
  portone: () =>
    fixed(createStandardWebhooks("webhook"), {
      id: ["header:webhook-id"],
      type: ["body:/type"],
      typePrefix: "io.portone.",
      bodyType: "json",
      key: ["body:/data/paymentId", "body:/data/billingKey", "body:/data/storeId"],
      answerMsMax: 30_000,
    }),
  // Stripe docs, "Webhooks", "Verify webhook signatures manually".
  stripe: () =>
    sha256(
      {
        header: "stripe-signature",
        prefix: "v1=",
        separator: ",",
        timestampPrefix: "t=",
        template: "{timestamp}.{body}",
      },
      {
        id: ["body:/id"],
        type: ["body:/type"],
        typePrefix: "com.stripe.",
        bodyType: "json",
        key: ["body:/data/object/id", "body:/related_object/id"],
        subject: ["body:/data/object/id", "body:/related_object/id"],
      },
    ),
  // Paddle developer docs, "Verify webhook signatures", "Respond to webhooks".
  paddle: () =>
    sha256(
      {
        header: "paddle-signature",
        prefix: "h1=",
        separator: ";",
        timestampPrefix: "ts=",
        template: "{timestamp}:{body}",
      },
      {
        id: ["body:/event_id"],
        type: ["body:/event_type"],
        typePrefix: "com.paddle.",
        bodyType: "json",
        key: ["body:/data/id"],
        subject: ["body:/data/id"],
        answerMsMax: 5_000,
      },
    ),
  // Shopify docs, "Verify webhook deliveries".
  shopify: () =>
    sha256(
      { header: "x-shopify-hmac-sha256", encoding: "base64" },
      {
        id: ["header:x-shopify-webhook-id"],
        type: ["header:x-shopify-topic"],
        typePrefix: "com.shopify.",
        key: ["header:x-shopify-shop-domain"],
        subject: ["body:/admin_graphql_api_id"],
        answerMsMax: 5_000,
      },
    ),
  // Slack docs, "Verifying requests from Slack", "The Events API".
  slack: () =>
    sha256(
      {
        header: "x-slack-signature",
        prefix: "v0=",
        timestampHeader: "x-slack-request-timestamp",
        template: "v0:{timestamp}:{body}",
      },
      {
        id: ["body:/event_id"],
        type: ["body:/event/type", "body:/type"],
        typePrefix: "com.slack.",
        key: ["body:/event/channel", "body:/event/item/channel", "body:/team_id"],
        answerMsMax: 3_000,
        handshake: slackHandshake,
        notedHeaders: ["x-slack-retry-num", "x-slack-retry-reason"],
      },
    ),
  // Zoom docs, "Using webhooks". It sends again after up to 85 minutes, and does not say with which time.
  zoom: () =>
    sha256(
      {
        header: "x-zm-signature",
        prefix: "v0=",
        timestampHeader: "x-zm-request-timestamp",
        template: "v0:{timestamp}:{body}",
      },
      {
        type: ["body:/event"],
        typePrefix: "us.zoom.",
        bodyType: "json",
        key: ["body:/payload/object/id", "body:/payload/account_id"],
        answerMsMax: 3_000,
        toleranceSeconds: 7_200,
        handshake: zoomHandshake,
      },
    ),
  // Discord docs, "Webhook Events". It sends again for 10 minutes, and does not say with which time.
  discord: () =>
    fixed(
      {
        ...createSignatureVerifier(
          {
            header: "x-signature-ed25519",
            timestampHeader: "x-signature-timestamp",
            template: "{timestamp}{body}",
          },
          ed25519((publicKey) => Buffer.from(publicKey, "hex")),
        ),
        secretForm: { fits: isDiscordKey, text: "the application's public key: 64 hex digits" },
      },
      {
        type: ["body:/event/type"],
        typePrefix: "com.discord.",
        bodyType: "json",
        key: ["body:/event/data/user/id", "body:/application_id"],
        answerMsMax: 3_000,
        answerEmpty: true,
        toleranceSeconds: 900,
        handshake: discordHandshake,
      },
    ),
  // LINE Developers, "Verify webhook signature", "Receive messages (webhook)".
  line: () =>
    sha256(
      { header: "x-line-signature", encoding: "base64" },
      {
        split: "/events",
        id: ["element:/webhookEventId"],
        type: ["element:/type"],
        typePrefix: "me.line.",
        bodyType: "json",
        key: ["element:/source/groupId", "element:/source/roomId", "element:/source/userId"],
        answerMsMax: 2_000,
      },
    ),
  // NAVER WORKS Developers, "Bot callback".
  "naver-works": () =>
    sha256(
      { header: "x-works-signature", encoding: "base64" },
      {
        type: ["body:/type"],
        typePrefix: "com.worksmobile.",
        bodyType: "json",
        key: ["body:/source/channelId", "body:/source/userId"],
      },
    ),
  // Kakao Developers, "Kakao Talk Channel", "Callback".
  kakao: () =>
    fixed(kakaoAdminKey, {
      id: ["header:x-kakao-resource-id"],
      type: ["body:/event"],
      typePrefix: "com.kakao.",
      key: ["body:/id"],
      answerMsMax: 3_000,
    }),
  // Telegram Bot API, "setWebhook", "Update".
  telegram: () =>
    fixed(createToken("x-telegram-bot-api-secret-token"), {
      id: ["body:/update_id"],
      bodyType: "json",
      key: [
        "body:/message/chat/id",
        "body:/edited_message/chat/id",
        "body:/callback_query/from/id",
      ],
    }),
  twilio: () => twilio,
};

function sha256(form: SignatureForm, preset: Preset): Scheme {
  return fixed(createSignatureVerifier(form, hmac("sha256")), preset);
}

function isDiscordKey(secret: string): boolean {
  return Buffer.from(secret, "hex").length === ed25519KeyBytes && secret.length === 64;
}
