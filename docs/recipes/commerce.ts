import type { Recipe } from "./recipe.ts";

/** Shops, payments and accounts. */
export const commerce: readonly Recipe[] = [
  {
    name: "lemon-squeezy",
    title: "Lemon Squeezy",
    document: {
      url: "https://docs.lemonsqueezy.com/help/webhooks/signing-requests",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-signature",
      type: ["body:/meta/event_name"],
      key: ["body:/data/id"],
    },
    secret: {
      en: "It is the text of 6 to 40 characters that you enter when you create the webhook.",
      ko: "웹훅을 만들 때 직접 입력하는 6~40자의 텍스트입니다.",
    },
    notes: [
      {
        en: "There is no event id. The id is a hash of the body.",
        ko: "이벤트 id가 없습니다. id는 본문의 해시입니다.",
      },
      {
        en: "Lemon Squeezy sends again three times, after some 5, 25 and 125 seconds. Set `DEAD_LETTER_BUCKET` for longer outages.",
        ko: "Lemon Squeezy는 약 5초, 25초, 125초 뒤에 세 번만 다시 보냅니다. 더 긴 장애에 대비해 `DEAD_LETTER_BUCKET`을 설정하세요.",
      },
    ],
  },
  {
    name: "razorpay",
    title: "Razorpay",
    document: { url: "https://razorpay.com/docs/webhooks/validate-test/", read: "2026-11-30" },
    source: {
      verifier: "hmac",
      header: "x-razorpay-signature",
      type: ["body:/event"],
      key: [
        "body:/payload/payment/entity/order_id",
        "body:/payload/order/entity/id",
        "body:/payload/payment/entity/id",
        "body:/payload/subscription/entity/id",
        "body:/payload/refund/entity/payment_id",
      ],
    },
    secret: {
      en: "It is the secret that you enter when you set up the webhook. It is not the API key's secret.",
      ko: "웹훅을 설정할 때 입력하는 시크릿입니다. API 키의 시크릿이 아닙니다.",
    },
    secretExample: "<webhook secret>",
    senderTimeoutMs: 5_000,
    notes: [
      {
        en: "Razorpay sends again for 24 hours, then disables the webhook.",
        ko: "Razorpay는 24시간 동안 다시 보낸 뒤 웹훅을 끕니다.",
      },
    ],
  },
  {
    name: "square",
    title: "Square",
    document: {
      url: "https://developer.squareup.com/docs/webhooks/step3validate",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-square-hmacsha256-signature",
      encoding: "base64",
      template: "https://hooks.example.com/square{body}",
      id: ["body:/event_id"],
      type: ["body:/type"],
      key: ["body:/data/id"],
    },
    secret: {
      en: "It is the **Signature Key** of the webhook subscription in the Developer Console.",
      ko: "Developer Console의 웹훅 구독에 있는 **Signature Key**입니다.",
    },
    secretExample: "<signature key>",
    notes: [
      {
        en: "Square signs its notification URL too. Put the URL, exactly as it stands at Square, in place of `https://hooks.example.com/square`.",
        ko: "Square는 알림 URL에도 서명합니다. `https://hooks.example.com/square` 자리에 Square에 등록한 URL을 그대로 넣으세요.",
      },
    ],
  },
  {
    name: "woocommerce",
    title: "WooCommerce",
    document: {
      url: "https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-wc-webhook-signature",
      encoding: "base64",
      id: ["header:x-wc-webhook-delivery-id"],
      type: ["header:x-wc-webhook-topic"],
      key: ["body:/id"],
    },
    secret: {
      en: "It is the **Secret** of the webhook, under *WooCommerce > Settings > Advanced > Webhooks*.",
      ko: "*WooCommerce > 설정 > 고급 > 웹훅*에 있는 웹훅의 **Secret**입니다.",
    },
    secretExample: "<secret of the webhook>",
    senderTimeoutMs: 60_000,
    notes: [
      {
        en: "When a webhook is activated, WooCommerce sends an unsigned ping. It gets 401, and the page shows an error. The webhook is saved and active all the same.",
        ko: "웹훅을 활성화하면 WooCommerce가 서명 없는 ping을 보냅니다. 401을 받아 화면에 오류가 나오지만 웹훅은 저장되고 활성화됩니다.",
      },
      {
        en: "WooCommerce does not send again, and disables a webhook after more than five failures in a row. Set `DEAD_LETTER_BUCKET`.",
        ko: "WooCommerce는 다시 보내지 않으며, 다섯 번 넘게 이어서 실패하면 웹훅을 끕니다. `DEAD_LETTER_BUCKET`을 설정하세요.",
      },
    ],
  },
  {
    name: "xero",
    title: "Xero",
    document: {
      url: "https://developer.xero.com/documentation/webhooks/configuring-your-server",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-xero-signature",
      encoding: "base64",
      split: "/events",
      type: ["element:/eventCategory"],
      key: ["element:/resourceId"],
      replyBody: "none",
    },
    secret: {
      en: "It is the **Webhooks key** of the app, under *Webhooks* in the developer portal.",
      ko: "개발자 포털의 *Webhooks*에 있는 앱의 **Webhooks key**입니다.",
    },
    secretExample: "<webhooks key>",
    senderTimeoutMs: 5_000,
    notes: [
      {
        en: "Xero's *intent to receive* is answered as it asks: 200 for a right signature, 401 for a wrong one, without a body.",
        ko: "Xero의 *intent to receive* 검사에 요구대로 응답합니다. 서명이 맞으면 200, 틀리면 401이며 본문은 없습니다.",
      },
      {
        en: "The key has the form of Base64 and is used as it is, undecoded.",
        ko: "키는 Base64처럼 생겼지만 디코딩하지 않고 그대로 씁니다.",
      },
      {
        en: "Xero sends again for 24 hours, then disables the webhook.",
        ko: "Xero는 24시간 동안 다시 보낸 뒤 웹훅을 끕니다.",
      },
    ],
  },
  {
    name: "chargebee",
    title: "Chargebee",
    document: {
      url: "https://www.chargebee.com/docs/billing/2.0/site-configuration/webhook_settings",
      read: "2026-11-30",
    },
    source: {
      verifier: "basic",
      id: ["body:/id"],
      type: ["body:/event_type"],
      key: [
        "body:/content/subscription/id",
        "body:/content/customer/id",
        "body:/content/invoice/id",
      ],
    },
    secret: {
      en: "It is the user and password of *Protect webhook URL with basic authentication*, which you enter for the webhook.",
      ko: "웹훅의 *Protect webhook URL with basic authentication*에 직접 입력하는 사용자와 비밀번호입니다.",
    },
    secretExample: "<user>:<password>",
  },
];
