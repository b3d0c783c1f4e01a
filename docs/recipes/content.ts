import type { Recipe } from "./recipe.ts";

/** Files, pages, forms and media. */
export const content: readonly Recipe[] = [
  {
    name: "airtable",
    title: "Airtable",
    document: {
      url: "https://airtable.com/developers/web/api/webhooks-overview",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-airtable-content-mac",
      prefix: "hmac-sha256=",
      secretEncoding: "base64",
      type: ["const:com.airtable.notification"],
      key: ["body:/base/id"],
      replyBody: "none",
    },
    secret: {
      en: "It is `macSecretBase64` in the response that creates the webhook.",
      ko: "웹훅을 만들 때 응답에 담긴 `macSecretBase64`입니다.",
    },
    secretExample: "<macSecretBase64>",
    notes: [
      {
        en: "A notification names base and webhook only. Your consumer lists the payloads by Airtable's API.",
        ko: "알림에는 base와 웹훅만 담깁니다. 변경 내용은 컨슈머가 Airtable API로 조회합니다.",
      },
      {
        en: "Airtable expects a response without a body.",
        ko: "Airtable은 본문 없는 응답을 기대합니다.",
      },
    ],
  },
  {
    name: "box",
    title: "Box",
    document: { url: "https://developer.box.com/guides/webhooks/v2/", read: "2026-11-30" },
    source: {
      verifier: "hmac",
      header: "box-signature-primary",
      encoding: "base64",
      timestampHeader: "box-delivery-timestamp",
      template: "{body}{timestamp}",
      toleranceSeconds: 600,
      id: ["body:/id"],
      type: ["body:/trigger"],
      key: ["body:/source/id"],
    },
    secret: {
      en: "It is the **primary signature key** of the app, under *Webhooks* in the Developer Console.",
      ko: "Developer Console의 *Webhooks*에 있는 앱의 **primary signature key**입니다.",
    },
    secretExample: "<primary signature key>",
    senderTimeoutMs: 30_000,
    notes: [
      {
        en: "Box allows ten minutes, as its own library does.",
        ko: "Box의 라이브러리처럼 10분을 허용합니다.",
      },
      {
        en: "Only the primary signature is read. To rotate the key, put the new primary key before the old one, then reset it at Box.",
        ko: "primary 서명만 읽습니다. 키를 교체하려면 새 primary 키를 옛 키 앞에 넣은 뒤 Box에서 바꾸세요.",
      },
      {
        en: "Box sends again up to 12 times in 2 hours.",
        ko: "Box는 2시간 동안 최대 12번 다시 보냅니다.",
      },
    ],
  },
  {
    name: "dropbox",
    title: "Dropbox",
    document: { url: "https://www.dropbox.com/developers/reference/webhooks", read: "2026-11-30" },
    source: {
      verifier: "hmac",
      header: "x-dropbox-signature",
      challenge: "dropbox",
      id: ["call"],
      type: ["const:com.dropbox.notification"],
      key: ["body:/list_folder/accounts/0"],
    },
    secret: { en: "It is the **App secret** of the app.", ko: "앱의 **App secret**입니다." },
    secretExample: "<app secret>",
    senderTimeoutMs: 10_000,
    notes: [
      {
        en: "Dropbox verifies the endpoint with a `GET` before the first notification. It is answered without a secret.",
        ko: "Dropbox는 첫 알림 전에 `GET`으로 엔드포인트를 확인합니다. 이 요청에는 시크릿 없이 응답합니다.",
      },
      {
        en: "A notification names accounts only, and the next one about them is the same text. So each delivery has an id of its own. Your consumer lists the changes by Dropbox's API.",
        ko: "알림에는 계정만 담기고 같은 계정의 다음 알림도 같은 텍스트입니다. 그래서 전달마다 새 id가 붙습니다. 변경 내용은 컨슈머가 Dropbox API로 조회합니다.",
      },
    ],
  },
  {
    name: "mux",
    title: "Mux",
    document: {
      url: "https://www.mux.com/docs/core/verify-webhook-signatures",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "mux-signature",
      separator: ",",
      prefix: "v1=",
      timestampPrefix: "t=",
      template: "{timestamp}.{body}",
      id: ["body:/id"],
      type: ["body:/type"],
      key: ["body:/object/id"],
    },
    secret: {
      en: "It is the **Signing secret** of the webhook, on the webhooks page of the settings.",
      ko: "설정의 웹훅 페이지에 있는 **Signing secret**입니다.",
    },
  },
  {
    name: "notion",
    title: "Notion",
    document: { url: "https://developers.notion.com/reference/webhooks", read: "2026-11-30" },
    source: {
      verifier: "hmac",
      header: "x-notion-signature",
      prefix: "sha256=",
      id: ["body:/id"],
      type: ["body:/type"],
      key: ["body:/entity/id"],
    },
    secret: {
      en: "It is the `verification_token` that Notion sends once, when the subscription is created.",
      ko: "구독을 만들 때 Notion이 한 번 보내는 `verification_token`입니다.",
    },
    secretExample: "<verification token>",
    notes: [
      {
        en: 'Notion sends the token unsigned. To get it, deploy the source with `"verifier": "none"` only until the message with the token is on the topic. Then enter it at Notion, and deploy this source.',
        ko: 'Notion은 토큰을 서명 없이 보냅니다. 토큰이 담긴 메시지가 토픽에 올 때까지만 소스를 `"verifier": "none"`으로 배포하세요. 그다음 Notion에 토큰을 입력하고 이 소스를 배포합니다.',
      },
      {
        en: "The token is the signing key. Give this step a topic of its own, and delete that topic afterwards.",
        ko: "토큰은 서명 키입니다. 이 단계에는 별도의 토픽을 쓰고, 끝나면 그 토픽을 지우세요.",
      },
    ],
  },
  {
    name: "typeform",
    title: "Typeform",
    document: {
      url: "https://www.typeform.com/developers/webhooks/secure-your-webhooks/",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "typeform-signature",
      encoding: "base64",
      prefix: "sha256=",
      id: ["body:/event_id"],
      type: ["body:/event_type"],
      key: ["body:/form_response/form_id"],
      subject: ["body:/form_response/token"],
    },
    secret: {
      en: "It is the **Secret** that you enter for the webhook.",
      ko: "웹훅에 직접 입력하는 **Secret**입니다.",
    },
    secretExample: "<secret of the webhook>",
  },
  {
    name: "webflow",
    title: "Webflow",
    document: {
      url: "https://developers.webflow.com/data/docs/working-with-webhooks",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-webflow-signature",
      timestampHeader: "x-webflow-timestamp",
      template: "{timestamp}:{body}",
      type: ["body:/triggerType"],
      key: ["body:/payload/orderId", "body:/payload/id", "body:/payload/siteId"],
    },
    secret: {
      en: "For an OAuth app it is the app's client secret. With a site token it is the secret in the response that creates the webhook.",
      ko: "OAuth 앱이면 앱의 client secret입니다. 사이트 토큰이면 웹훅을 만들 때 응답에 담긴 시크릿입니다.",
    },
    secretExample: "<signing secret>",
    notes: [
      {
        en: "A webhook that is made in the site's settings is not signed. Make it by the API.",
        ko: "사이트 설정에서 만든 웹훅에는 서명이 없습니다. API로 만드세요.",
      },
    ],
  },
  {
    name: "clickup",
    title: "ClickUp",
    document: { url: "https://developer.clickup.com/docs/webhooksignature", read: "2026-11-30" },
    source: {
      verifier: "hmac",
      header: "x-signature",
      type: ["body:/event"],
      key: ["body:/task_id", "body:/list_id", "body:/folder_id", "body:/space_id", "body:/goal_id"],
    },
    secret: {
      en: "It is `webhook.secret` in the response that creates the webhook.",
      ko: "웹훅을 만들 때 응답에 담긴 `webhook.secret`입니다.",
    },
    secretExample: "<secret of the webhook>",
    notes: [
      {
        en: "There is no event id. The id is a hash of the body.",
        ko: "이벤트 id가 없습니다. id는 본문의 해시입니다.",
      },
    ],
  },
];
