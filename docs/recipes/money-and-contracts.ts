import type { Recipe } from "./recipe.ts";

/** Payments, transfers and signed documents. */
export const moneyAndContracts: readonly Recipe[] = [
  {
    name: "adyen-payments",
    title: "Adyen (payments)",
    document: {
      url: "https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures",
      read: "2026-11-30",
    },
    source: {
      verifier: "basic",
      split: "/notificationItems",
      type: ["element:/NotificationRequestItem/eventCode"],
      key: [
        "element:/NotificationRequestItem/merchantReference",
        "element:/NotificationRequestItem/pspReference",
      ],
    },
    secret: {
      en: "Make a user and a password, and enter them under Basic authentication of the webhook.",
      ko: "사용자와 비밀번호를 직접 만들어 웹훅의 Basic authentication에 입력합니다.",
    },
    secretExample: "adyen:<password>",
    senderTimeoutMs: 10_000,
    notes: [
      {
        en: "The HMAC of these webhooks stands inside the body, over chosen fields of each item. No option can express it, so user and password are the proof.",
        ko: "이 웹훅의 HMAC은 본문 안에 있으며 항목마다 정해진 필드에 걸립니다. 옵션으로 표현할 수 없어 사용자와 비밀번호로 확인합니다.",
      },
      {
        en: "Adyen takes any 2xx as the acceptance of a webhook.",
        ko: "Adyen은 2xx면 모두 웹훅을 받아들인 것으로 봅니다.",
      },
    ],
  },
  {
    name: "adyen-platforms",
    title: "Adyen (platforms)",
    document: {
      url: "https://github.com/Adyen/adyen-node-api-library/blob/main/tools/hmac/README.md",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "hmacsignature",
      encoding: "base64",
      secretEncoding: "hex",
      type: ["body:/type"],
      key: ["body:/data/id", "body:/data/accountHolder/id", "body:/data/balancePlatform"],
    },
    secret: {
      en: "It is the HMAC key of the webhook, in hex as Adyen shows it.",
      ko: "웹훅의 HMAC key이며, Adyen이 보여 주는 16진수 그대로입니다.",
    },
    secretExample: "<HMAC key>",
    senderTimeoutMs: 10_000,
    notes: [
      {
        en: "This is for the webhooks that sign the whole body: platforms, balance platform and Management API.",
        ko: "본문 전체에 서명하는 웹훅(platforms, balance platform, Management API)에 쓰는 설정입니다.",
      },
    ],
  },
  {
    name: "cashfree",
    title: "Cashfree Payments",
    document: {
      url: "https://www.cashfree.com/docs/api-reference/prepaid-payment-instruments/webhook-signature-verification",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-webhook-signature",
      encoding: "base64",
      timestampHeader: "x-webhook-timestamp",
      template: "{timestamp}{body}",
    },
    secret: {
      en: "It is the client secret of your account.",
      ko: "계정의 client secret입니다.",
    },
    notes: [
      {
        en: "The shape of the bodies differs from product to product. Add `type` and `key` for those that you receive.",
        ko: "본문의 모양은 상품마다 다릅니다. 받는 본문에 맞춰 `type`과 `key`를 추가하세요.",
      },
    ],
  },
  {
    name: "coinbase-cdp",
    title: "Coinbase Developer Platform",
    document: {
      url: "https://docs.cdp.coinbase.com/webhooks/verify-signatures",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-hook0-signature",
      separator: ",",
      prefix: "v0=",
      timestampPrefix: "t=",
      id: ["header:x-event-id"],
      type: ["header:x-event-type"],
    },
    secret: {
      en: "It is the `secret` in the response that created the subscription.",
      ko: "구독을 만든 응답에 있는 `secret`입니다.",
    },
    notes: [
      {
        en: "`v0` signs time and body. `v1` signs a list of headers too, which no option can express.",
        ko: "`v0`은 시각과 본문에 서명합니다. `v1`은 헤더 목록에도 서명하는데, 이는 옵션으로 표현할 수 없습니다.",
      },
    ],
  },
  {
    name: "coinbase-commerce",
    title: "Coinbase Commerce",
    document: {
      url: "https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-security",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-cc-webhook-signature",
      id: ["body:/event/id"],
      type: ["body:/event/type"],
      key: ["body:/event/data/code", "body:/event/data/id"],
    },
    secret: {
      en: "It is the shared secret under Settings, Notifications.",
      ko: "Settings의 Notifications에 있는 shared secret입니다.",
    },
  },
  {
    name: "docusign",
    title: "Docusign Connect",
    document: {
      url: "https://developers.docusign.com/platform/webhooks/connect/validate",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-docusign-signature-1",
      encoding: "base64",
      type: ["body:/event"],
      key: ["body:/data/envelopeId"],
    },
    secret: {
      en: "It is the Connect HMAC key. Docusign shows it once, when it is generated.",
      ko: "Connect HMAC key입니다. 생성할 때 한 번만 보여 줍니다.",
    },
    notes: [
      {
        en: "Docusign sends one header for each active key: `x-docusign-signature-1`, `-2`, and so on. Name the one of your key, and send the data in JSON.",
        ko: "Docusign은 활성 키마다 `x-docusign-signature-1`, `-2` 같은 헤더를 하나씩 보냅니다. 자신의 키에 해당하는 헤더를 쓰고 데이터 형식은 JSON으로 하세요.",
      },
    ],
  },
  {
    name: "gocardless",
    title: "GoCardless",
    document: {
      url: "https://github.com/gocardless/gocardless-nodejs",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "webhook-signature",
      split: "/events",
      id: ["element:/id"],
      type: ["element:/resource_type"],
      key: [
        "element:/links/payment",
        "element:/links/mandate",
        "element:/links/subscription",
        "element:/links/payout",
      ],
    },
    secret: {
      en: "It is the secret of the webhook endpoint.",
      ko: "웹훅 엔드포인트의 시크릿입니다.",
    },
    notes: [
      {
        en: "The type is the kind of resource, such as `payments`. `action` says what happened to it.",
        ko: "type은 `payments` 같은 리소스 종류입니다. 무슨 일이 일어났는지는 `action`에 있습니다.",
      },
    ],
  },
  {
    name: "polar",
    title: "Polar",
    document: { url: "https://github.com/polarsource/polar-js", read: "2026-11-30" },
    source: {
      verifier: "hmac",
      header: "webhook-signature",
      separator: " ",
      prefix: "v1,",
      encoding: "base64",
      idHeader: "webhook-id",
      timestampHeader: "webhook-timestamp",
      template: "{id}.{timestamp}.{body}",
      id: ["header:webhook-id"],
      type: ["body:/type"],
      key: ["body:/data/id"],
    },
    secret: {
      en: "It is the secret of the webhook endpoint, as Polar shows it.",
      ko: "Polar가 보여 주는 웹훅 엔드포인트의 시크릿 그대로입니다.",
    },
    notes: [
      {
        en: "Polar signs as Standard Webhooks do, but with the text of the secret as key. `standard-webhooks` would decode the text as base64 and refuse every delivery.",
        ko: "Polar는 Standard Webhooks처럼 서명하지만 시크릿의 글자 자체가 키입니다. `standard-webhooks`는 이를 base64로 디코딩하므로 모두 거부됩니다.",
      },
    ],
  },
  {
    name: "wise",
    title: "Wise",
    document: {
      url: "https://docs.wise.com/guides/developer/webhooks/event-handling",
      read: "2026-11-30",
    },
    source: {
      verifier: "public-key",
      header: "x-signature-sha256",
      algorithm: "rsa-sha256",
      encoding: "base64",
      id: ["header:x-delivery-id"],
      type: ["body:/event_type"],
      key: ["body:/data/resource/id"],
    },
    secret: {
      en: "It is Wise's public key, which its document prints: one for production, another one for the sandbox. Write line breaks as `\\n`, or leave out the first and last line and every break.",
      ko: "Wise 문서에 실린 공개 키이며, 운영 환경과 샌드박스의 키가 다릅니다. 줄바꿈은 `\\n`으로 쓰거나, 첫 줄과 마지막 줄과 줄바꿈을 모두 빼고 씁니다.",
    },
    secretExample: "<public key>",
    senderTimeoutMs: 5_000,
    notes: [
      {
        en: "Wise tries again up to 25 times in two weeks.",
        ko: "Wise는 2주 동안 최대 25번 다시 보냅니다.",
      },
    ],
  },
];
