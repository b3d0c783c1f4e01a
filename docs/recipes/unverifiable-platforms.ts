import type { Text, UnverifiableProvider } from "./recipe.ts";

const proxy: Text = {
  en: "Let a proxy of your own check it and send the event on with a `bearer` token.",
  ko: "자체 프록시가 이를 확인하고 `bearer` 토큰으로 다시 보내게 하세요.",
};

/** Platforms that send no proof in a header, or one that only a call of their API can check. */
export const unverifiablePlatforms: readonly UnverifiableProvider[] = [
  {
    title: "Docker Hub",
    document: {
      url: "https://docs.docker.com/docker-hub/repos/manage/webhooks/",
      read: "2026-11-30",
    },
    reason: {
      en: "It signs nothing, and has no setting for a header.",
      ko: "서명이 없고 헤더를 설정할 수도 없습니다.",
    },
    instead: {
      en: "Push to Harbor or another registry of the recipes, or poll the repository's tags.",
      ko: "Harbor처럼 레시피가 있는 레지스트리를 쓰거나 저장소의 태그를 주기적으로 조회하세요.",
    },
  },
  {
    title: "Mailchimp Marketing",
    document: {
      url: "https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/",
      read: "2026-11-30",
    },
    reason: {
      en: "It signs nothing. Its only protection is a URL that nobody can guess.",
      ko: "서명이 없습니다. 추측하기 어려운 URL만이 보호 수단입니다.",
    },
    instead: {
      en: 'Put a long random token into the URL, `<URL>/mailchimp?token=<token>`, and use `"verifier": "token", "query": "token"`.',
      ko: 'URL에 긴 무작위 토큰을 넣어 `<URL>/mailchimp?token=<token>`으로 등록하고 `"verifier": "token", "query": "token"`을 쓰세요.',
    },
  },
  {
    title: "Microsoft Graph",
    document: {
      url: "https://learn.microsoft.com/graph/change-notifications-delivery-webhooks",
      read: "2026-11-30",
    },
    reason: {
      en: "The secret (`clientState`) stands in the body of each notification. Nothing is signed.",
      ko: "시크릿(`clientState`)이 알림의 본문에 담깁니다. 서명이 없습니다.",
    },
    instead: {
      en: 'Send the notifications through [Azure Event Grid](webhooks/azure-event-grid.md). Or put a long random token into `notificationUrl`, `<URL>/graph?token=<token>`, and use `"verifier": "token", "query": "token", "challenge": "microsoft", "split": "/value"`.',
      ko: '[Azure Event Grid](webhooks/azure-event-grid.md)를 거쳐 받으세요. 또는 `notificationUrl`에 긴 무작위 토큰을 넣어 `<URL>/graph?token=<token>`으로 등록하고 `"verifier": "token", "query": "token", "challenge": "microsoft", "split": "/value"`를 쓰세요.',
    },
  },
  {
    title: "Netlify",
    document: {
      url: "https://docs.netlify.com/site-deploys/notifications/#payload-signature",
      read: "2026-11-30",
    },
    reason: {
      en: "`X-Webhook-Signature` is a JWS that holds the body's SHA-256 as a claim. No option reads claims.",
      ko: "`X-Webhook-Signature`는 본문의 SHA-256을 클레임에 담은 JWS인데, 클레임을 읽는 옵션은 없습니다.",
    },
    instead: proxy,
  },
  {
    title: "Orb",
    document: { url: "https://github.com/orbcorp/orb-node", read: "2026-11-30" },
    reason: {
      en: "The signed time in `X-Orb-Timestamp` has no time zone, and is no RFC 3339 time.",
      ko: "`X-Orb-Timestamp`의 서명된 시각에 시간대가 없어 RFC 3339 시각이 아닙니다.",
    },
    instead: proxy,
  },
  {
    title: "PayPal",
    document: {
      url: "https://developer.paypal.com/api/rest/webhooks/rest/",
      read: "2026-11-30",
    },
    reason: {
      en: "The signature is over a CRC32 of the body, with a certificate that has to be fetched for each delivery.",
      ko: "본문의 CRC32에 서명하며, 웹훅마다 인증서를 내려받아야 확인할 수 있습니다.",
    },
    instead: proxy,
  },
  {
    title: "Plaid",
    document: {
      url: "https://plaid.com/docs/api/webhooks/webhook-verification/",
      read: "2026-11-30",
    },
    reason: {
      en: "`Plaid-Verification` is a JWT, whose key has to be fetched from Plaid's API.",
      ko: "`Plaid-Verification`은 JWT이며, 그 키를 Plaid API에서 조회해야 합니다.",
    },
    instead: proxy,
  },
  {
    title: "Snipcart",
    document: { url: "https://docs.snipcart.com/v3/webhooks/introduction", read: "2026-11-30" },
    reason: {
      en: "`X-Snipcart-RequestToken` can be checked only by a call of Snipcart's API, within an hour.",
      ko: "`X-Snipcart-RequestToken`은 한 시간 안에 Snipcart API를 호출해야만 확인할 수 있습니다.",
    },
    instead: proxy,
  },
];
