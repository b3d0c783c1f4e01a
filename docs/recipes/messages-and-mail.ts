import type { Recipe } from "./recipe.ts";

/** Chat, mail, telephony and boards. */
export const messagesAndMail: readonly Recipe[] = [
  {
    name: "ably",
    title: "Ably",
    document: {
      url: "https://ably.com/docs/platform/integrations/webhooks",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-ably-signature",
      encoding: "base64",
      split: "/items",
      type: ["element:/name"],
      key: ["element:/data/channelId"],
    },
    secret: {
      en: "It is the part after the colon of the API key with which the integration signs.",
      ko: "연동이 서명에 쓰는 API 키에서 콜론 뒤의 부분입니다.",
    },
    notes: [
      {
        en: "Ably signs batched requests only. Choose *Batch request*, JSON, and a key to sign with.",
        ko: "Ably는 배치 요청에만 서명합니다. *Batch request*, JSON, 서명할 키를 선택하세요.",
      },
      {
        en: "Ably keeps events that it could not deliver for 5 minutes. Set `DEAD_LETTER_BUCKET`.",
        ko: "Ably는 보내지 못한 이벤트를 5분 동안만 보관합니다. `DEAD_LETTER_BUCKET`을 설정하세요.",
      },
    ],
  },
  {
    name: "brevo",
    title: "Brevo",
    document: { url: "https://developers.brevo.com/docs/secured-webhooks", read: "2026-11-30" },
    source: {
      verifier: "bearer",
      type: ["body:/event"],
      key: ["body:/message-id", "body:/email"],
    },
    secret: {
      en: "Make a token, and create the webhook with it as its bearer token.",
      ko: "토큰을 직접 만들어 웹훅을 만들 때 bearer 토큰으로 지정합니다.",
    },
    secretExample: "<bearer token>",
    notes: [
      {
        en: "A batched webhook sends an array. Set `split` to an empty text, and name `element:` instead of `body:` in the selectors.",
        ko: "배치 웹훅은 배열을 보냅니다. `split`을 빈 텍스트로 설정하고 셀렉터의 `body:`를 `element:`로 바꾸세요.",
      },
    ],
  },
  {
    name: "kakao-unlink",
    title: "Kakao (unlinking)",
    document: {
      url: "https://developers.kakao.com/docs/latest/ko/getting-started/callback",
      read: "2026-11-30",
    },
    source: { verifier: "kakao", methods: ["GET", "POST"] },
    secret: {
      en: "It is the admin key of the app.",
      ko: "앱의 어드민 키입니다.",
    },
    secretExample: "<admin key>",
    senderTimeoutMs: 3_000,
    notes: [
      {
        en: "Kakao sends the callback by `GET` or `POST`, as the app is set. Either one becomes the same event.",
        ko: "Kakao는 앱 설정에 따라 `GET`이나 `POST`로 콜백을 보냅니다. 어느 쪽이든 같은 이벤트가 됩니다.",
      },
      {
        en: "The admin key also opens Kakao's API. Whoever reads the settings can act for the app.",
        ko: "어드민 키로는 Kakao API도 호출할 수 있습니다. 설정을 읽은 사람은 앱을 대신해 행동할 수 있습니다.",
      },
    ],
  },
  {
    name: "klaviyo",
    title: "Klaviyo",
    document: {
      url: "https://developers.klaviyo.com/en/docs/working_with_system_webhooks",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "klaviyo-signature",
      timestampHeader: "klaviyo-timestamp",
      template: "{body}{timestamp}",
      split: "/data",
      id: ["element:/external_id"],
      type: ["element:/topic"],
      key: ["element:/payload/data/relationships/profile/data/id"],
    },
    secret: {
      en: "It is the secret key that you choose when you create the webhook, of at least 16 characters.",
      ko: "웹훅을 만들 때 정한 secret key이며 16자 이상입니다.",
    },
    notes: [
      {
        en: "Each event of a delivery becomes a message of its own.",
        ko: "웹훅 하나에 담긴 이벤트마다 메시지 하나가 됩니다.",
      },
    ],
  },
  {
    name: "microsoft-teams",
    title: "Microsoft Teams",
    document: {
      url: "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "authorization",
      prefix: "HMAC ",
      encoding: "base64",
      secretEncoding: "base64",
      id: ["body:/id"],
      type: ["body:/type"],
      key: ["body:/conversation/id"],
    },
    secret: {
      en: "It is the security token in base64, which Teams shows once, when the webhook is created.",
      ko: "웹훅을 만들 때 Teams가 한 번만 보여 주는 base64 보안 토큰입니다.",
    },
    secretExample: "<security token>",
    senderTimeoutMs: 5_000,
    notes: [
      {
        en: "Teams expects a message as the response. The relay answers without one, so the channel may show an error although the message arrived.",
        ko: "Teams는 응답으로 메시지를 기대합니다. 릴레이는 메시지 없이 응답하므로, 메시지를 받았어도 채널에 오류가 보일 수 있습니다.",
      },
    ],
  },
  {
    name: "pusher",
    title: "Pusher Channels",
    document: { url: "https://pusher.com/docs/channels/server_api/webhooks/", read: "2026-11-30" },
    source: {
      verifier: "hmac",
      header: "x-pusher-signature",
      split: "/events",
      type: ["element:/name"],
      key: ["element:/channel"],
    },
    secret: {
      en: "It is the secret of the app's token. `X-Pusher-Key` names the token.",
      ko: "앱 토큰의 secret입니다. 어느 토큰인지는 `X-Pusher-Key`에 있습니다.",
    },
  },
  {
    name: "sendbird",
    title: "Sendbird",
    document: {
      url: "https://sendbird.com/docs/chat/v3/platform-api/webhook/webhook-overview",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-sendbird-signature",
      type: ["body:/category"],
      key: ["body:/channel/channel_url", "body:/app_id"],
    },
    secret: {
      en: "It is the master API token of the application. A secondary token does not fit.",
      ko: "애플리케이션의 마스터 API 토큰입니다. 보조 토큰은 맞지 않습니다.",
    },
    secretExample: "<API token>",
    senderTimeoutMs: 5_000,
    notes: [
      {
        en: "Sendbird sends a delivery up to three times. Set `DEAD_LETTER_BUCKET`.",
        ko: "Sendbird는 웹훅을 최대 세 번 보냅니다. `DEAD_LETTER_BUCKET`을 설정하세요.",
      },
      {
        en: "The token also opens Sendbird's API. Whoever reads the settings can act for the application.",
        ko: "이 토큰으로는 Sendbird API도 호출할 수 있습니다. 설정을 읽은 사람은 애플리케이션을 대신해 행동할 수 있습니다.",
      },
    ],
  },
  {
    name: "telnyx",
    title: "Telnyx",
    document: { url: "https://github.com/team-telnyx/telnyx-node", read: "2026-11-30" },
    source: {
      verifier: "public-key",
      header: "telnyx-signature-ed25519",
      algorithm: "ed25519",
      encoding: "base64",
      timestampHeader: "telnyx-timestamp",
      template: "{timestamp}|{body}",
      id: ["body:/data/id"],
      type: ["body:/data/event_type"],
      key: ["body:/data/payload/call_session_id", "body:/data/payload/id"],
    },
    secret: {
      en: "It is the public key in base64, under Keys & Credentials of Mission Control.",
      ko: "Mission Control의 Keys & Credentials에 있는 base64 공개 키입니다.",
    },
    secretExample: "<public key>",
  },
  {
    name: "trello",
    title: "Trello",
    document: {
      url: "https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-trello-webhook",
      algorithm: "sha1",
      encoding: "base64",
      template: "{body}https://relay.example.com/trello",
      id: ["body:/action/id"],
      type: ["body:/action/type"],
      key: ["body:/model/id"],
    },
    secret: {
      en: "It is the secret of the Power-Up or application that created the webhook.",
      ko: "웹훅을 만든 Power-Up이나 애플리케이션의 시크릿입니다.",
    },
    notes: [
      {
        en: "Trello signs the URL too. Put the `callbackURL` into `template`, exactly as you registered it.",
        ko: "Trello는 URL에도 서명합니다. 등록한 `callbackURL`을 `template`에 글자 그대로 넣으세요.",
      },
      {
        en: "Trello checks the URL with a `HEAD` before it makes the webhook. It gets 200 as soon as the source is deployed.",
        ko: "Trello는 웹훅을 만들기 전에 `HEAD`로 URL을 확인합니다. 소스를 배포하면 200으로 응답합니다.",
      },
    ],
  },
  {
    name: "x-twitter",
    title: "X (Twitter)",
    document: { url: "https://docs.x.com/x-api/webhooks/introduction", read: "2026-11-30" },
    source: {
      verifier: "hmac",
      header: "x-twitter-webhooks-signature-oauth2",
      prefix: "sha256=",
      encoding: "base64",
      challenge: "twitter",
      key: ["body:/for_user_id"],
    },
    secret: {
      en: "It is the OAuth 2.0 client secret of the app.",
      ko: "앱의 OAuth 2.0 client secret입니다.",
    },
    senderTimeoutMs: 10_000,
    notes: [
      {
        en: "An app that has only an OAuth 1.0 consumer secret sends `x-twitter-webhooks-signature`. Name that header, and use that secret.",
        ko: "OAuth 1.0 consumer secret만 있는 앱은 `x-twitter-webhooks-signature`를 보냅니다. 그 헤더와 그 시크릿을 쓰세요.",
      },
      {
        en: "X checks the endpoint with a `GET` when it is registered, and again later. The check is answered with the first secret in the list.",
        ko: "X는 등록할 때와 그 뒤에도 `GET`으로 엔드포인트를 확인합니다. 이 확인에는 목록의 첫 번째 시크릿으로 응답합니다.",
      },
      {
        en: "Bodies of account activity name their kind by a member such as `tweet_create_events`, so the type is `webhook.received`.",
        ko: "계정 활동 본문은 `tweet_create_events` 같은 멤버 이름으로 종류를 나타내므로 type은 `webhook.received`입니다.",
      },
    ],
  },
];
