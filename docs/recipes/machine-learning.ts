import type { Recipe } from "./recipe.ts";

/** Models that report when they are done. */
export const machineLearning: readonly Recipe[] = [
  {
    name: "elevenlabs",
    title: "ElevenLabs",
    document: {
      url: "https://www.npmjs.com/package/@elevenlabs/elevenlabs-js/v/2.73.0",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "elevenlabs-signature",
      separator: ",",
      prefix: "v0=",
      timestampPrefix: "t=",
      toleranceSeconds: 1800,
      type: ["body:/type"],
      key: ["body:/data/conversation_id", "body:/data/voice_id"],
    },
    secret: {
      en: "It is the shared secret that ElevenLabs shows once, when the webhook is created.",
      ko: "웹훅을 만들 때 ElevenLabs가 한 번만 보여 주는 shared secret입니다.",
    },
    notes: [
      {
        en: "ElevenLabs' own library takes a signed time of up to 30 minutes ago, and so does this source.",
        ko: "ElevenLabs의 라이브러리는 서명된 시각이 30분 전까지여도 받으며, 이 설정도 같습니다.",
      },
    ],
  },
  {
    name: "openai",
    title: "OpenAI",
    document: { url: "https://www.npmjs.com/package/openai/v/6.49.0", read: "2026-11-30" },
    source: { verifier: "standard-webhooks", key: ["body:/data/id"] },
    secret: {
      en: "It is the signing secret that OpenAI shows once, when the webhook is created.",
      ko: "웹훅을 만들 때 OpenAI가 한 번만 보여 주는 signing secret입니다.",
    },
    secretExample: "whsec_<signing secret>",
  },
  {
    name: "replicate",
    title: "Replicate",
    document: { url: "https://www.npmjs.com/package/replicate/v/1.4.0", read: "2026-11-30" },
    source: {
      verifier: "standard-webhooks",
      type: ["body:/status"],
      key: ["body:/id"],
    },
    secret: {
      en: "Ask for it once at `GET https://api.replicate.com/v1/webhooks/default/secret`.",
      ko: "`GET https://api.replicate.com/v1/webhooks/default/secret`으로 한 번 조회합니다.",
    },
    secretExample: "whsec_<signing secret>",
    notes: [
      {
        en: "The type is the status of the prediction, such as `succeeded`.",
        ko: "type은 `succeeded` 같은 prediction의 상태입니다.",
      },
    ],
  },
];
