import type { Recipe } from "./recipe.ts";

/** Language models, speech and pictures. */
export const models: readonly Recipe[] = [
  {
    name: "elevenlabs",
    title: "ElevenLabs",
    document: {
      url: "https://github.com/elevenlabs/elevenlabs-js/blob/main/src/wrapper/webhooks.ts",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "elevenlabs-signature",
      separator: ",",
      prefix: "v0=",
      timestampPrefix: "t=",
      template: "{timestamp}.{body}",
      toleranceSeconds: 1800,
      type: ["body:/type"],
      key: ["body:/data/conversation_id"],
    },
    secret: {
      en: "ElevenLabs shows it once, when the webhook is created.",
      ko: "웹훅을 만들 때 한 번만 보여 줍니다.",
    },
    notes: [
      {
        en: "ElevenLabs allows 30 minutes, as its own library does.",
        ko: "ElevenLabs의 라이브러리처럼 30분을 허용합니다.",
      },
    ],
  },
  {
    name: "openai",
    title: "OpenAI",
    document: { url: "https://platform.openai.com/docs/guides/webhooks", read: "2026-11-30" },
    source: { verifier: "standard-webhooks", key: ["body:/data/id"] },
    secret: {
      en: "OpenAI shows it once, when the webhook is created under *Settings > Webhooks*.",
      ko: "*Settings > Webhooks*에서 웹훅을 만들 때 한 번만 보여 줍니다.",
    },
    secretExample: "whsec_<signing secret>",
  },
  {
    name: "replicate",
    title: "Replicate",
    document: {
      url: "https://replicate.com/docs/topics/webhooks/verify-webhook",
      read: "2026-11-30",
    },
    source: { verifier: "standard-webhooks", type: ["body:/status"], key: ["body:/id"] },
    secret: {
      en: "It is the `key` that `GET https://api.replicate.com/v1/webhooks/default/secret` answers.",
      ko: "`GET https://api.replicate.com/v1/webhooks/default/secret`의 응답에 담긴 `key`입니다.",
    },
    secretExample: "whsec_<signing secret>",
    notes: [
      {
        en: "The body is the prediction. It has no type of its own, so its status is taken.",
        ko: "본문은 prediction입니다. 자체 type이 없으므로 status를 씁니다.",
      },
    ],
  },
];
