import { body, fixed, header, type Preset, type Scheme } from "../sources/scheme.ts";
import { createToken, kakaoAdminKey } from "../verify/credentials.ts";
import { publicKey } from "../verify/public-key.ts";
import { hmac } from "../verify/signature.ts";
import { createSignatureVerifier, type SignatureForm } from "../verify/signature-header.ts";
import { createStandardWebhooks, headersNamed } from "../verify/standard-webhooks.ts";
import { createGitlab } from "./gitlab.ts";
import { createLinear } from "./linear.ts";
import { createToss } from "./toss.ts";
import { twilioScheme } from "./twilio.ts";

/**
 * Providers of webhooks. Each row follows the public document that is named above it. A row is built only when a source
 * names it, because a function serves one or two of them.
 */
export const providers: Readonly<Record<string, () => Scheme>> = {
  // https://docs.github.com/en/webhooks/webhook-events-and-payloads (read 2026-11-30). The older SHA-1
  // header is not accepted. Key: the repository, else the account of the event.
  github: () =>
    sha256(
      { header: "x-hub-signature-256", prefix: "sha256=" },
      {
        id: header("x-github-delivery"),
        type: header("x-github-event"),
        typePrefix: "com.github.",
        key: body(
          "/repository/full_name",
          "/organization/login",
          "/account/login",
          "/installation/account/login",
          "/installation/account/slug",
          "/marketplace_purchase/account/login",
          "/sponsorship/sponsorable/login",
          "/enterprise/slug",
          "/security_advisory/ghsa_id",
          "/hook_id",
          "/sender/login",
        ),
        senderTimeoutMs: 10_000,
      },
    ),
  // https://docs.gitlab.com/user/project/integrations/webhook_events/ and
  // https://docs.gitlab.com/administration/system_hooks/ (read 2026-11-30). Key: the project, else the
  // group's id, else the user's. Events of vulnerabilities name their project by its id only.
  gitlab: () =>
    fixed(createGitlab(), {
      id: header("webhook-id", "idempotency-key"),
      type: ["body:/object_kind", "body:/event_name", "header:x-gitlab-event"],
      typePrefix: "com.gitlab.",
      key: body(
        "/project/path_with_namespace",
        "/path_with_namespace",
        "/project_path_with_namespace",
        "/object_attributes/project_id",
        "/group/group_id",
        "/group_id",
        "/object_attributes/group_id",
        "/user_id",
        "/username",
      ),
    }),
  // https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/ (read 2026-11-30). Every event,
  // those of a workspace's webhooks too, names a repository.
  bitbucket: () =>
    sha256(
      { header: "x-hub-signature", prefix: "sha256=" },
      {
        id: header("x-request-uuid"),
        type: header("x-event-key"),
        typePrefix: "org.bitbucket.",
        key: body("/repository/full_name"),
        senderTimeoutMs: 10_000,
      },
    ),
  // https://developer.atlassian.com/cloud/jira/platform/webhooks/ (read 2026-11-30). Key: the id,
  // because worklogs and links name no other and a key changes when an issue moves; else the entity's id.
  jira: () =>
    sha256(
      { header: "x-hub-signature", prefix: "sha256=" },
      {
        id: header("x-atlassian-webhook-identifier"),
        type: body("/webhookEvent"),
        typePrefix: "com.atlassian.",
        key: body(
          "/issue/id",
          "/worklog/issueId",
          "/issueLink/sourceIssueId",
          "/issue/key",
          "/attachment/id",
          "/sprint/id",
          "/board/id",
          "/version/id",
          "/project/id",
          "/issuetype/id",
          "/filter/id",
          "/user/accountId",
          "/property/key",
        ),
        subject: body("/issue/key"),
        notedHeaders: ["x-atlassian-webhook-retry"],
      },
    ),
  // https://linear.app/developers/webhooks, event shapes from @linear/sdk 98 (read 2026-11-30). It retries for
  // up to 7 hours, and does not document which time a retry carries. Key: the entity; a notification's issue.
  linear: () =>
    fixed(createLinear(), {
      id: header("linear-delivery"),
      type: body("/type"),
      typePrefix: "app.linear.",
      bodyType: "json",
      key: body(
        "/data/id",
        "/issueData/id",
        "/agentSession/id",
        "/notification/issueId",
        "/notification/projectId",
        "/notification/documentId",
        "/appUserId",
        "/oauthClientId",
        "/organizationId",
      ),
      subject: body("/url"),
      senderTimeoutMs: 5_000,
      toleranceSeconds: 28_800,
    }),
  // https://developer.pagerduty.com/docs/webhooks-overview (read 2026-11-30). Key: the incident, also of
  // notes, updates and responders; the service of its own events. A ping has neither.
  pagerduty: () =>
    sha256(
      { header: "x-pagerduty-signature", prefix: "v1=", separator: "," },
      {
        id: body("/event/id"),
        type: body("/event/event_type"),
        typePrefix: "com.pagerduty.",
        bodyType: "json",
        key: body(
          "/event/data/incident/id",
          "/event/data/id",
          "/event/resource_type",
          "/event/event_type",
        ),
        senderTimeoutMs: 5_000,
      },
    ),
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
  // (read 2026-11-30). It advises senders to wait 15 to 30 s. It defines no entities, so there is no key.
  "standard-webhooks": () =>
    fixed(createStandardWebhooks("webhook"), {
      id: header("webhook-id"),
      type: body("/type"),
      senderTimeoutMs: 15_000,
    }),
  // https://docs.svix.com/receiving/verifying-payloads/how-manual (read 2026-11-30). No key, as above.
  svix: () =>
    fixed(createStandardWebhooks("svix"), {
      id: header("svix-id"),
      type: body("/type"),
      senderTimeoutMs: 15_000,
    }),
  // https://developers.portone.io/opi/ko/integration/webhook/readme-v2 (read 2026-11-30): Standard
  // Webhooks. Bodies of version 2024-01-01, JSON or forms, have a status and no type. Key: the payment.
  portone: () =>
    fixed(createStandardWebhooks("webhook"), {
      id: header("webhook-id"),
      type: body("/type", "/status"),
      typePrefix: "io.portone.",
      bodyType: "json",
      key: body("/data/paymentId", "/data/billingKey", "/payment_id", "/data/storeId"),
      senderTimeoutMs: 30_000,
    }),
  // https://docs.stripe.com/webhooks and https://docs.stripe.com/api/events/types (read 2026-11-30). Key:
  // the object, also of thin events; of one without an id its customer or account, else the type.
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
        id: body("/id"),
        type: body("/type"),
        typePrefix: "com.stripe.",
        bodyType: "json",
        key: body(
          "/data/object/id",
          "/related_object/id",
          "/data/object/customer",
          "/account",
          "/context",
          "/type",
        ),
        subject: body("/data/object/id", "/related_object/id"),
      },
    ),
  // https://developer.paddle.com/webhooks/overview (read 2026-11-30). Key: the entity.
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
        id: body("/event_id"),
        type: body("/event_type"),
        typePrefix: "com.paddle.",
        bodyType: "json",
        key: body("/data/id"),
        subject: body("/data/id"),
        senderTimeoutMs: 5_000,
      },
    ),
  // https://shopify.dev/docs/apps/build/webhooks/verify-deliveries (read 2026-11-30). Key: the shop. Its
  // header is not signed, and only the bodies of compliance topics name it too.
  shopify: () =>
    sha256(
      { header: "x-shopify-hmac-sha256", encoding: "base64" },
      {
        id: header("x-shopify-webhook-id"),
        type: header("x-shopify-topic"),
        typePrefix: "com.shopify.",
        key: ["body:/shop_domain", "header:x-shopify-shop-domain"],
        subject: body("/admin_graphql_api_id"),
        senderTimeoutMs: 5_000,
      },
    ),
  // https://docs.slack.dev/reference/events, shapes from @slack/types 3.2 (read 2026-11-30). Key: the
  // channel, else the workspace, else the organization.
  slack: () =>
    sha256(versionZero("x-slack"), {
      id: body("/event_id"),
      type: body("/event/type", "/type"),
      typePrefix: "com.slack.",
      key: body(
        "/event/channel",
        "/event/channel/id",
        "/event/channel_id",
        "/event/item/channel",
        "/event/assistant_thread/channel_id",
        "/event/new_channel_id",
        "/channel/id",
        "/channel_id",
        "/team_id",
        "/team/id",
        "/enterprise_id",
      ),
      senderTimeoutMs: 3_000,
      challenge: "slack",
      notedHeaders: ["x-slack-retry-num", "x-slack-retry-reason"],
    }),
  // https://developers.zoom.us/docs/api/webhooks/ and the products' event pages (read 2026-11-30). It retries for
  // up to 85 minutes, and does not document which time a retry carries. Key: the call, chat, meeting or user.
  zoom: () =>
    sha256(versionZero("x-zm"), {
      type: body("/event"),
      typePrefix: "us.zoom.",
      bodyType: "json",
      key: body(
        "/payload/object/engagement_id",
        "/payload/object/call_id",
        "/payload/object/recordings/0/call_id",
        "/payload/object/channel_id",
        "/payload/object/session_id",
        "/payload/object/space_id",
        "/payload/object/conversation_id",
        "/payload/object/id",
        "/payload/toJid",
        "/payload/account_id",
        "/payload/accountId",
      ),
      senderTimeoutMs: 3_000,
      toleranceSeconds: 7_200,
      challenge: "zoom",
    }),
  // https://docs.discord.com/developers/events/webhook-events (read 2026-11-30). It retries for 10
  // minutes, and does not document which time a retry carries. Key: the lobby or channel of a message, else the user.
  discord: () =>
    fixed(
      {
        ...createSignatureVerifier(
          {
            header: "x-signature-ed25519",
            timestampHeader: "x-signature-timestamp",
            template: "{timestamp}{body}",
          },
          publicKey("ed25519").signing,
        ),
        secretForm: { fits: isDiscordKey, text: "the application's public key: 64 hex digits" },
      },
      {
        type: body("/event/type"),
        typePrefix: "com.discord.",
        bodyType: "json",
        key: body(
          "/event/data/lobby_id",
          "/event/data/channel_id",
          "/event/data/channel/id",
          "/event/data/user/id",
          "/event/data/user_id",
          "/event/data/guild_id",
          "/application_id",
        ),
        senderTimeoutMs: 3_000,
        replyStatus: 204,
        toleranceSeconds: 900,
        challenge: "discord",
      },
    ),
  // https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects (read 2026-11-30). Key:
  // the chat; of events without one the phone number's hash that was delivered to, else the bot.
  line: () =>
    sha256(
      { header: "x-line-signature", encoding: "base64" },
      {
        split: "/events",
        id: ["element:/webhookEventId"],
        type: ["element:/type"],
        typePrefix: "me.line.",
        bodyType: "json",
        key: [
          "element:/source/groupId",
          "element:/source/roomId",
          "element:/source/userId",
          "element:/delivery/data",
          "body:/destination",
        ],
        senderTimeoutMs: 2_000,
      },
    ),
  // https://developers.worksmobile.com/kr/docs/bot-callback (read 2026-11-30). It does not retry. Key:
  // the message room; a message of a 1:1 room may name the user alone.
  "naver-works": () =>
    sha256(
      { header: "x-works-signature", encoding: "base64" },
      {
        type: body("/type"),
        typePrefix: "com.worksmobile.",
        bodyType: "json",
        key: body("/source/channelId", "/source/userId"),
      },
    ),
  // https://developers.kakao.com/docs/latest/ko/getting-started/callback (read 2026-11-30): the webhooks of
  // channels, unlinking and sharing. Webhooks of account status are signed JWTs and have no admin key.
  // The type of unlinking is referrer_type, that of sharing CHAT_TYPE. Key: the user; for sharing the chat.
  kakao: () =>
    fixed(kakaoAdminKey, {
      id: header("x-kakao-resource-id"),
      type: body("/event", "/referrer_type", "/CHAT_TYPE"),
      typePrefix: "com.kakao.",
      key: body("/HASH_CHAT_ID", "/id", "/user_id"),
      senderTimeoutMs: 3_000,
    }),
  // https://core.telegram.org/bots/api#update (read 2026-11-30). An update is its id and one object, which
  // has the name of its kind. Key: the chat; without a chat the user, whose id is that of the private chat. A
  // poll and its answers have neither, so their key is the poll's id.
  telegram: () =>
    fixed(createToken("x-telegram-bot-api-secret-token"), {
      id: body("/update_id"),
      type: ["object:"],
      typePrefix: "org.telegram.",
      bodyType: "json",
      key: [
        "object:/chat/id",
        "object:/message/chat/id",
        "object:/user_chat_id",
        "object:/poll_id",
        "object:/from/id",
        "object:/user/id",
        "object:/id",
      ],
    }),
  twilio: twilioScheme,
  // https://developers.facebook.com/docs/graph-api/webhooks/getting-started (read 2026-11-30): WhatsApp, Instagram,
  // Messenger and pages. A delivery may hold entries of several accounts. Key: the account, which each entry names once;
  // its changes may concern several people. Type: the kind of account, which only the delivery names.
  meta: () =>
    sha256(
      { header: "x-hub-signature-256", prefix: "sha256=" },
      {
        split: "/entry",
        type: body("/object"),
        typePrefix: "com.meta.",
        bodyType: "json",
        key: ["element:/id"],
        senderTimeoutMs: 5_000,
        challenge: "meta",
      },
    ),
  // https://docs.tosspayments.com/reference/using-api/webhook-events (read 2026-11-30). Key: the payout or seller.
  toss: () =>
    fixed(createToss(), {
      id: body("/eventId"),
      type: body("/eventType"),
      typePrefix: "com.tosspayments.",
      bodyType: "json",
      key: body("/entityBody/id"),
    }),
  // https://chzzk.gitbook.io/chzzk/drops/webhook (read in part 2026-11-30): events of Drops. It sends again up to 3 times;
  // neither the intervals nor the shape of the events was read. The key follows the claims of the Drops API.
  chzzk: () =>
    sha256(
      {
        ...headersNamed("chzzk-event-message"),
        prefix: "sha256=",
        template: "{id}{timestamp}{body}",
      },
      {
        id: header("chzzk-event-message-id"),
        type: header("chzzk-event-message-data-type"),
        typePrefix: "com.naver.chzzk.",
        bodyType: "json",
        key: body("/event/data/channelId", "/event/data/claimId"),
        toleranceSeconds: 3_600,
        notedHeaders: ["chzzk-event-message-retry"],
      },
    ),
};

/** The form of signatures that Slack calls v0, and Zoom has too. */
function versionZero(headerPrefix: string): SignatureForm {
  return {
    header: `${headerPrefix}-signature`,
    prefix: "v0=",
    timestampHeader: `${headerPrefix}-request-timestamp`,
    template: "v0:{timestamp}:{body}",
  };
}

function sha256(form: SignatureForm, preset: Preset): Scheme {
  return fixed(createSignatureVerifier(form, hmac("sha256")), preset);
}

function isDiscordKey(secret: string): boolean {
  return /^[0-9a-f]{64}$/i.test(secret);
}
