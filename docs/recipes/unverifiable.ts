import type { UnverifiableProvider } from "./recipe.ts";
import { unverifiablePlatforms } from "./unverifiable-platforms.ts";

/** Providers that need a reply or a check of their own. */
const special: readonly UnverifiableProvider[] = [
  {
    title: "Asana",
    document: { url: "https://developers.asana.com/docs/webhooks-guide", read: "2026-11-30" },
    reason: {
      en: "It makes up the signing key itself, and sends it unsigned in `X-Hook-Secret` when a webhook is created. The response has to carry the same header.",
      ko: "웹훅을 만들 때 서명 키를 `X-Hook-Secret`에 담아 서명 없이 보내고, 응답에 같은 헤더를 요구합니다.",
    },
    instead: {
      en: "Let a proxy of your own answer that request and pass all others on unchanged. They are an `hmac` in `x-hook-signature`.",
      ko: "그 요청에는 자체 프록시가 응답하고 나머지는 그대로 넘기세요. 나머지는 `x-hook-signature`의 `hmac`입니다.",
    },
  },
  {
    title: "Figma",
    document: {
      url: "https://developers.figma.com/docs/rest-api/webhooks-security",
      read: "2026-11-30",
    },
    reason: {
      en: "The secret (`passcode`) stands in the body of each event. Nothing is signed.",
      ko: "시크릿(`passcode`)이 이벤트의 본문에 담깁니다. 서명이 없습니다.",
    },
    instead: {
      en: "Let a proxy of your own compare the passcode and send the event on with a `bearer` token.",
      ko: "자체 프록시가 passcode를 비교하고 `bearer` 토큰으로 다시 보내게 하세요.",
    },
  },
  {
    title: "Mailgun",
    document: {
      url: "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
      read: "2026-11-30",
    },
    reason: {
      en: "The signature stands in the body and covers only a time and a random token, not the event.",
      ko: "서명이 본문에 담기고 시각과 무작위 토큰만 보증합니다. 이벤트는 보증하지 않습니다.",
    },
    instead: {
      en: "Let a proxy of your own check the signature and send the event on with a `bearer` token, or read Mailgun's events API.",
      ko: "자체 프록시가 서명을 확인하고 `bearer` 토큰으로 다시 보내게 하거나, Mailgun의 이벤트 API를 읽으세요.",
    },
  },
];

/** Providers whose deliveries cannot be verified, in the order of their titles. */
export const unverifiable: readonly UnverifiableProvider[] = [
  ...special,
  ...unverifiablePlatforms,
].toSorted((a, b) => (a.title < b.title ? -1 : 1));
