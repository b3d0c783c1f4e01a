import type { Recipe } from "./recipe.ts";

/** Code, builds, hosting and errors. */
export const developerTools: readonly Recipe[] = [
  {
    name: "buildkite",
    title: "Buildkite",
    document: { url: "https://buildkite.com/docs/apis/webhooks/pipelines", read: "2026-11-30" },
    source: {
      verifier: "hmac",
      header: "x-buildkite-signature",
      separator: ",",
      prefix: "signature=",
      timestampPrefix: "timestamp=",
      template: "{timestamp}.{body}",
      type: ["body:/event"],
      key: ["body:/build/id", "body:/job/id", "body:/agent/id", "body:/pipeline/id"],
    },
    secret: {
      en: "It is the **Token** of the webhook's notification service.",
      ko: "웹훅 알림 서비스의 **Token** 값입니다.",
    },
    secretExample: "<token>",
    notes: [
      {
        en: "Choose *Send an HMAC signature* for the token. A token that is sent unsigned, as `X-Buildkite-Token`, does not fit this source.",
        ko: "토큰 전송 방식은 HMAC 서명으로 고릅니다. 토큰을 `X-Buildkite-Token`으로 그대로 보내는 방식은 이 소스에 맞지 않습니다.",
      },
      {
        en: "There is no event id. The id is a hash of time and body.",
        ko: "이벤트 id가 없습니다. id는 시각과 본문의 해시입니다.",
      },
    ],
  },
  {
    name: "circleci",
    title: "CircleCI",
    document: { url: "https://circleci.com/docs/webhooks/", read: "2026-11-30" },
    source: {
      verifier: "hmac",
      header: "circleci-signature",
      separator: ",",
      prefix: "v1=",
      id: ["body:/id"],
      type: ["body:/type"],
      key: ["body:/workflow/id"],
    },
    secret: {
      en: "It is the **Secret token** that you enter for the webhook in the project's settings.",
      ko: "프로젝트 설정에서 웹훅을 만들 때 정하는 **Secret token**입니다.",
    },
    secretExample: "<secret token>",
    senderTimeoutMs: 10_000,
    notes: [
      {
        en: "CircleCI sends again after any response that is not 2xx.",
        ko: "CircleCI는 2xx가 아닌 응답을 받으면 다시 보냅니다.",
      },
    ],
  },
  {
    name: "hasura",
    title: "Hasura event triggers",
    document: { url: "https://hasura.io/docs/2.0/event-triggers/payload/", read: "2026-11-30" },
    source: {
      verifier: "token",
      header: "x-webhook-secret",
      id: ["body:/id"],
      type: ["body:/trigger/name"],
      key: ["body:/event/data/new/id", "body:/event/data/old/id", "body:/table/name"],
    },
    secret: {
      en: "It is a value of your own: add the header `x-webhook-secret` to the event trigger, with its value from an environment variable.",
      ko: "직접 정하는 값입니다. 이벤트 트리거에 `x-webhook-secret` 헤더를 추가하고 값은 환경 변수에서 읽게 합니다.",
    },
    secretExample: "<secret value>",
    notes: [
      {
        en: "The key is the row's `id`. Change the selector if your primary key has another name.",
        ko: "키는 행의 `id`입니다. 기본 키의 이름이 다르면 셀렉터를 바꾸세요.",
      },
      {
        en: "Hasura obeys `Retry-After`, which a 503 of this function carries.",
        ko: "Hasura는 이 함수가 503과 함께 보내는 `Retry-After`를 따릅니다.",
      },
    ],
  },
  {
    name: "render",
    title: "Render",
    document: { url: "https://render.com/docs/webhooks", read: "2026-11-30" },
    source: { verifier: "standard-webhooks", key: ["body:/data/serviceId"] },
    secret: { en: "Render shows it on the page of the webhook.", ko: "웹훅 페이지에 표시됩니다." },
    secretExample: "whsec_<signing secret>",
    senderTimeoutMs: 15_000,
  },
  {
    name: "sentry",
    title: "Sentry",
    document: {
      url: "https://docs.sentry.io/integrations/integration-platform/webhooks/",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "sentry-hook-signature",
      id: ["header:request-id"],
      type: ["header:sentry-hook-resource"],
      key: [
        "body:/data/issue/id",
        "body:/data/event/issue_id",
        "body:/data/error/issue_id",
        "body:/data/comment_id",
        "body:/data/metric_alert/id",
        "body:/installation/uuid",
      ],
    },
    secret: {
      en: "It is the **Client Secret** of the integration, under *Settings > Developer Settings*.",
      ko: "*Settings > Developer Settings*에 있는 인테그레이션의 **Client Secret**입니다.",
    },
    secretExample: "<client secret>",
    notes: [
      {
        en: "The signature does not cover `Sentry-Hook-Timestamp`, so it is not read as a signed time.",
        ko: "서명이 `Sentry-Hook-Timestamp`를 포함하지 않으므로 서명된 시각으로 쓰지 않습니다.",
      },
      {
        en: "Requests of UI components are signed in `Sentry-App-Signature` and expect an answer of your own. Do not send them here.",
        ko: "UI 컴포넌트의 요청은 `Sentry-App-Signature`로 서명되고 고유한 응답을 기대합니다. 여기로 보내지 마세요.",
      },
    ],
  },
  {
    name: "vercel",
    title: "Vercel",
    document: { url: "https://vercel.com/docs/webhooks/webhooks-api", read: "2026-11-30" },
    source: {
      verifier: "hmac",
      header: "x-vercel-signature",
      algorithm: "sha1",
      id: ["body:/id"],
      type: ["body:/type"],
      key: ["body:/payload/deployment/id", "body:/payload/project/id", "body:/payload/team/id"],
    },
    secret: {
      en: "Vercel shows it once, when the webhook is created. For an integration it is the client secret of the integration.",
      ko: "웹훅을 만들 때 한 번만 보여 줍니다. 인테그레이션이면 그 인테그레이션의 client secret입니다.",
    },
  },
  {
    name: "workos",
    title: "WorkOS",
    document: { url: "https://workos.com/docs/sso/webhooks", read: "2026-11-30" },
    source: {
      verifier: "hmac",
      header: "workos-signature",
      separator: ",",
      prefix: "v1=",
      timestampPrefix: "t=",
      template: "{timestamp}.{body}",
      id: ["body:/id"],
      type: ["body:/event"],
      key: ["body:/data/id", "body:/data/user/id", "body:/data/user_id"],
    },
    secret: {
      en: "It is the **Webhook Secret** of the endpoint in the WorkOS dashboard.",
      ko: "WorkOS 대시보드에 있는 엔드포인트의 **Webhook Secret**입니다.",
    },
    secretExample: "<webhook secret>",
    notes: [
      {
        en: "WorkOS sends again up to 12 times in 3 days.",
        ko: "WorkOS는 3일 동안 최대 12번 다시 보냅니다.",
      },
    ],
  },
];
