import type { Recipe } from "./recipe.ts";

/** Mail, support and customers. */
export const communication: readonly Recipe[] = [
  {
    name: "hubspot",
    title: "HubSpot",
    document: {
      url: "https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-hubspot-signature-v3",
      encoding: "base64",
      timestampHeader: "x-hubspot-request-timestamp",
      template: "POSThttps://hooks.example.com/hubspot{body}{timestamp}",
      split: "",
      type: ["element:/subscriptionType"],
      key: ["element:/objectId"],
    },
    secret: { en: "It is the **Client secret** of the app.", ko: "앱의 **Client secret**입니다." },
    secretExample: "<client secret>",
    notes: [
      {
        en: "HubSpot signs its target URL too. Put the URL, exactly as it stands at HubSpot, in place of `https://hooks.example.com/hubspot`.",
        ko: "HubSpot은 대상 URL에도 서명합니다. `https://hooks.example.com/hubspot` 자리에 HubSpot에 등록한 URL을 그대로 넣으세요.",
      },
      {
        en: "The `eventId` is not unique by HubSpot's own word, so it is not taken as the id.",
        ko: "HubSpot 문서에 따르면 `eventId`는 고유하지 않으므로 id로 쓰지 않습니다.",
      },
    ],
  },
  {
    name: "intercom",
    title: "Intercom",
    document: { url: "https://developers.intercom.com/docs/webhooks", read: "2026-11-30" },
    source: {
      verifier: "hmac",
      header: "x-hub-signature",
      algorithm: "sha1",
      prefix: "sha1=",
      id: ["body:/id"],
      type: ["body:/topic"],
      key: ["body:/data/item/id"],
    },
    secret: {
      en: "It is the **Client secret** of the app, under *Basic information* in the Developer Hub.",
      ko: "Developer Hub의 *Basic information*에 있는 앱의 **Client secret**입니다.",
    },
    secretExample: "<client secret>",
    notes: [
      {
        en: "The HEAD request with which Intercom checks the URL is answered 200.",
        ko: "Intercom이 URL을 확인할 때 보내는 HEAD 요청에는 200으로 응답합니다.",
      },
    ],
  },
  {
    name: "sendgrid",
    title: "SendGrid",
    document: {
      url: "https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features",
      read: "2026-11-30",
    },
    source: {
      verifier: "public-key",
      algorithm: "ecdsa-sha256",
      header: "x-twilio-email-event-webhook-signature",
      encoding: "base64",
      timestampHeader: "x-twilio-email-event-webhook-timestamp",
      template: "{timestamp}{body}",
      split: "",
      id: ["element:/sg_event_id"],
      type: ["element:/event"],
      key: ["element:/sg_message_id", "element:/email"],
    },
    secret: {
      en: "It is the **Verification Key** that SendGrid shows when the signature is enabled for the event webhook. It is a public key.",
      ko: "이벤트 웹훅의 서명을 켜면 SendGrid가 보여 주는 **Verification Key**입니다. 공개 키입니다.",
    },
    secretExample: "<verification key>",
    notes: [
      {
        en: "Each event of a delivery becomes a message of its own.",
        ko: "한 번에 온 이벤트마다 메시지 하나가 됩니다.",
      },
      {
        en: "Inbound Parse is another product, and is not signed this way.",
        ko: "Inbound Parse는 다른 기능이며 이렇게 서명하지 않습니다.",
      },
    ],
  },
  {
    name: "zendesk",
    title: "Zendesk",
    document: {
      url: "https://developer.zendesk.com/documentation/webhooks/verifying/",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-zendesk-webhook-signature",
      encoding: "base64",
      timestampHeader: "x-zendesk-webhook-signature-timestamp",
      template: "{timestamp}{body}",
      id: ["body:/id"],
      type: ["body:/type"],
      key: ["body:/subject"],
      subject: ["body:/subject"],
    },
    secret: {
      en: "It is the **Signing secret** of the webhook, under *Reveal secret* in the Admin Center.",
      ko: "Admin Center의 웹훅에서 *Reveal secret*으로 보는 **Signing secret**입니다.",
    },
    notes: [
      {
        en: "Choose POST and JSON as the request's method and format. A body of another form touches the signed time and is refused.",
        ko: "요청 메서드는 POST, 형식은 JSON으로 고릅니다. 다른 형식의 본문은 서명된 시각과 맞닿아 거절됩니다.",
      },
      {
        en: "A webhook that a trigger calls has the body that you write. Give it the fields `id`, `type` and `subject`, or change the selectors.",
        ko: "트리거가 부르는 웹훅의 본문은 직접 작성합니다. `id`, `type`, `subject` 필드를 넣거나 셀렉터를 바꾸세요.",
      },
    ],
  },
  {
    name: "postmark",
    title: "Postmark",
    document: {
      url: "https://postmarkapp.com/developer/webhooks/webhooks-overview",
      read: "2026-11-30",
    },
    source: { verifier: "basic", type: ["body:/RecordType"], key: ["body:/MessageID"] },
    secret: {
      en: "It is the user and password of the webhook's basic authentication, which you enter at Postmark.",
      ko: "Postmark에서 웹훅의 기본 인증에 직접 입력하는 사용자와 비밀번호입니다.",
    },
    secretExample: "<user>:<password>",
    notes: [{ en: "Postmark signs nothing.", ko: "Postmark는 서명하지 않습니다." }],
  },
  {
    name: "resend",
    title: "Resend",
    document: {
      url: "https://resend.com/docs/webhooks/verify-webhooks-requests",
      read: "2026-11-30",
    },
    source: { verifier: "svix", key: ["body:/data/email_id"] },
    secret: {
      en: "It is the **Signing secret** of the webhook in the dashboard.",
      ko: "대시보드에 있는 웹훅의 **Signing secret**입니다.",
    },
    secretExample: "whsec_<signing secret>",
  },
  {
    name: "twitch",
    title: "Twitch EventSub",
    document: {
      url: "https://dev.twitch.tv/docs/eventsub/handling-webhook-events/",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "twitch-eventsub-message-signature",
      prefix: "sha256=",
      idHeader: "twitch-eventsub-message-id",
      timestampHeader: "twitch-eventsub-message-timestamp",
      template: "{id}{timestamp}{body}",
      toleranceSeconds: 600,
      challenge: "twitch",
      id: ["header:twitch-eventsub-message-id"],
      type: ["body:/subscription/type"],
      key: ["body:/event/broadcaster_user_id", "body:/event/user_id", "body:/subscription/id"],
    },
    secret: {
      en: "It is the `secret` that you choose when you subscribe, of 10 to 100 ASCII characters.",
      ko: "구독할 때 정한 `secret`이며 ASCII 10~100자입니다.",
    },
    notes: [
      {
        en: "Twitch verifies the endpoint with a signed message. It is answered, and nothing is produced.",
        ko: "Twitch는 서명된 메시지로 엔드포인트를 확인합니다. 이 메시지에는 응답만 하고 아무것도 보내지 않습니다.",
      },
      {
        en: "A revocation is a message too. Its `subscription.status` says why.",
        ko: "구독 취소 알림도 메시지가 됩니다. 이유는 `subscription.status`에 있습니다.",
      },
      {
        en: "Twitch asks that messages older than ten minutes are refused, so that is the tolerance.",
        ko: "Twitch는 10분이 지난 메시지를 거절하라고 하므로 허용 시간도 10분입니다.",
      },
    ],
  },
];
