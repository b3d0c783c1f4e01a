import type { Recipe } from "./recipe.ts";

/** Calendars and bookings. */
export const scheduling: readonly Recipe[] = [
  {
    name: "cal-com",
    title: "Cal.com",
    document: {
      url: "https://cal.com/docs/developing/guides/automation/webhooks",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-cal-signature-256",
      type: ["body:/triggerEvent"],
      key: ["body:/payload/uid"],
    },
    secret: {
      en: "It is the **Secret** that you enter for the webhook, under `/settings/developer/webhooks`.",
      ko: "`/settings/developer/webhooks`에서 웹훅에 입력하는 **Secret**입니다.",
    },
    secretExample: "<secret of the webhook>",
    notes: [
      {
        en: "A payload template of your own has only the fields that you write. Change the selectors with it.",
        ko: "직접 만든 페이로드 템플릿에는 적은 필드만 담깁니다. 셀렉터도 함께 바꾸세요.",
      },
    ],
  },
  {
    name: "calendly",
    title: "Calendly",
    document: {
      url: "https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "calendly-webhook-signature",
      separator: ",",
      prefix: "v1=",
      timestampPrefix: "t=",
      template: "{timestamp}.{body}",
      type: ["body:/event"],
      key: ["body:/payload/scheduled_event/uri", "body:/payload/uri"],
      subject: ["body:/payload/uri"],
    },
    secret: {
      en: "With a personal access token it is the `signing_key` that you give when you create the subscription. For an OAuth app Calendly generates it.",
      ko: "개인 액세스 토큰이면 구독을 만들 때 넣는 `signing_key`입니다. OAuth 앱이면 Calendly가 만들어 줍니다.",
    },
    secretExample: "<signing key>",
    notes: [
      {
        en: "There is no event id. The id is a hash of time and body.",
        ko: "이벤트 id가 없습니다. id는 시각과 본문의 해시입니다.",
      },
    ],
  },
  {
    name: "cronofy",
    title: "Cronofy",
    document: {
      url: "https://docs.cronofy.com/developers/push-notifications/authentication/",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "cronofy-hmac-sha256",
      encoding: "base64",
      separator: ",",
      type: ["body:/notification/type"],
      key: ["body:/channel/channel_id"],
    },
    secret: {
      en: "It is a client secret of the application, which begins with `CRN_`.",
      ko: "애플리케이션의 client secret이며 `CRN_`으로 시작합니다.",
    },
    secretExample: "<client secret>",
    notes: [
      {
        en: "While several client secrets are active, Cronofy sends a signature for each. One that fits is enough.",
        ko: "활성 client secret이 여러 개면 Cronofy는 각각의 서명을 보냅니다. 하나만 맞으면 됩니다.",
      },
      {
        en: "A notification says that something changed. Your consumer reads the events by Cronofy's API.",
        ko: "알림은 변경이 있다는 사실만 알립니다. 이벤트는 컨슈머가 Cronofy API로 읽습니다.",
      },
    ],
  },
];
