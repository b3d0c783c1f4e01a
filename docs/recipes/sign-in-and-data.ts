import type { Recipe } from "./recipe.ts";

/** Identity, databases and content. */
export const signInAndData: readonly Recipe[] = [
  {
    name: "auth0-events",
    title: "Auth0 (events)",
    document: {
      url: "https://auth0.com/docs/customize/events/create-an-event-stream",
      read: "2026-11-30",
    },
    source: {
      verifier: "bearer",
      id: ["body:/id"],
      type: ["body:/type"],
      key: ["body:/data/object/user_id", "body:/data/object/id"],
    },
    secret: {
      en: "It is the token that you enter as the bearer token of the event stream's webhook.",
      ko: "이벤트 스트림의 웹훅에 bearer 토큰으로 입력한 값입니다.",
    },
    secretExample: "<bearer token>",
    notes: [
      {
        en: "Every event is a CloudEvent in JSON. Its id and type are taken over.",
        ko: "이벤트는 모두 JSON 형식의 CloudEvent이며, 그 id와 type을 그대로 씁니다.",
      },
    ],
  },
  {
    name: "auth0-logs",
    title: "Auth0 (logs)",
    document: {
      url: "https://auth0.com/docs/customize/log-streams/custom-log-streams",
      read: "2026-11-30",
    },
    source: {
      verifier: "bearer",
      split: "",
      id: ["element:/log_id"],
      type: ["element:/data/type"],
      key: ["element:/data/user_id", "element:/data/client_id"],
    },
    secret: {
      en: "Enter `Bearer` and a token of your own as the Authorization Token of the stream. The secret is the token without the word.",
      ko: "스트림의 Authorization Token에 `Bearer`와 직접 만든 토큰을 입력합니다. 시크릿은 `Bearer`를 뺀 토큰입니다.",
    },
    secretExample: "<bearer token>",
    notes: [
      {
        en: "Set the Content Format of the stream to JSON Array. JSON Lines is no JSON document, and JSON Object needs the source without `split`.",
        ko: "스트림의 Content Format을 JSON Array로 설정하세요. JSON Lines는 JSON 문서가 아니며, JSON Object를 쓰려면 `split`을 빼야 합니다.",
      },
    ],
  },
  {
    name: "clerk",
    title: "Clerk",
    document: {
      url: "https://clerk.com/docs/guides/development/webhooks/overview",
      read: "2026-11-30",
    },
    source: { verifier: "svix", key: ["body:/data/id"] },
    secret: {
      en: "It is the Signing Secret on the page of the endpoint, and begins with `whsec_`.",
      ko: "엔드포인트 페이지의 Signing Secret이며 `whsec_`로 시작합니다.",
    },
    secretExample: "whsec_<signing secret>",
    senderTimeoutMs: 15_000,
  },
  {
    name: "contentful",
    title: "Contentful",
    document: {
      url: "https://www.contentful.com/developers/docs/webhooks/headers",
      read: "2026-11-30",
    },
    source: {
      verifier: "token",
      header: "x-relay-token",
      id: ["header:x-contentful-idempotency-key"],
      type: ["header:x-contentful-topic"],
      key: ["body:/sys/id"],
    },
    secret: {
      en: "Make a secret, and add it to the webhook as a secret header named `X-Relay-Token`.",
      ko: "시크릿을 직접 만들어 웹훅에 `X-Relay-Token`이라는 secret header로 추가합니다.",
    },
    notes: [
      {
        en: "Contentful's request verification signs the path and a list of headers that changes from event to event. No option can express that list, so a secret header is the proof.",
        ko: "Contentful의 request verification은 경로와 이벤트마다 달라지는 헤더 목록에 서명합니다. 그 목록은 옵션으로 표현할 수 없어 secret header로 확인합니다.",
      },
    ],
  },
  {
    name: "logto",
    title: "Logto",
    document: {
      url: "https://docs.logto.io/developers/webhooks/secure-webhooks",
      read: "2026-11-30",
    },
    source: { verifier: "hmac", header: "logto-signature-sha-256", type: ["body:/event"] },
    secret: {
      en: "It is the signing key on the page of the webhook in the Logto Console.",
      ko: "Logto Console의 웹훅 페이지에 있는 signing key입니다.",
    },
  },
  {
    name: "okta",
    title: "Okta",
    document: {
      url: "https://developer.okta.com/docs/concepts/event-hooks/",
      read: "2026-11-30",
    },
    source: {
      verifier: "token",
      header: "authorization",
      challenge: "okta",
      replyStatus: 204,
      replyBody: "none",
      split: "/data/events",
      id: ["element:/uuid"],
      type: ["element:/eventType"],
      key: ["element:/target/0/id", "element:/actor/id"],
    },
    secret: {
      en: "It is the Authentication secret of the event hook. Enter `Authorization` as its Authentication field.",
      ko: "이벤트 훅의 Authentication secret입니다. Authentication field에는 `Authorization`을 입력합니다.",
    },
    senderTimeoutMs: 3_000,
    notes: [
      {
        en: "Okta verifies the endpoint with a `GET` before the first event. It is answered without a secret.",
        ko: "Okta는 첫 이벤트 전에 `GET`으로 엔드포인트를 확인합니다. 이 요청에는 시크릿 없이 응답합니다.",
      },
      {
        en: "Okta tries again at most once, and never after a 4xx. Set `DEAD_LETTER_BUCKET`.",
        ko: "Okta는 많아야 한 번 다시 보내며, 4xx 뒤에는 다시 보내지 않습니다. `DEAD_LETTER_BUCKET`을 설정하세요.",
      },
    ],
  },
  {
    name: "persona",
    title: "Persona",
    document: {
      url: "https://docs.withpersona.com/docs/webhooks-best-practices",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "persona-signature",
      separator: ",",
      prefix: "v1=",
      timestampPrefix: "t=",
      id: ["body:/data/id"],
      type: ["body:/data/attributes/name"],
      key: ["body:/data/attributes/payload/data/id"],
    },
    secret: {
      en: "It is the secret of the webhook in the Webhooks section of the Dashboard.",
      ko: "Dashboard의 Webhooks에 있는 웹훅의 시크릿입니다.",
    },
    notes: [
      {
        en: "While a secret is rotated, Persona sends two signatures, and the last one is read. Keep both secrets in the list until the rotation ends.",
        ko: "시크릿을 교체하는 동안 Persona는 서명을 두 개 보내며, 그중 마지막 것을 읽습니다. 교체가 끝날 때까지 두 시크릿을 모두 목록에 두세요.",
      },
    ],
  },
  {
    name: "sanity",
    title: "Sanity",
    document: {
      url: "https://github.com/sanity-io/webhook-toolkit",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "sanity-webhook-signature",
      separator: ",",
      prefix: "v1=",
      timestampPrefix: "t=",
      encoding: "base64url",
      id: ["header:idempotency-key"],
      type: ["header:sanity-operation"],
      key: ["body:/_id", "header:sanity-document-id"],
    },
    secret: {
      en: "It is the text that you enter as the Secret of the webhook.",
      ko: "웹훅의 Secret에 입력한 값입니다.",
    },
  },
  {
    name: "supabase-auth",
    title: "Supabase (auth hooks)",
    document: { url: "https://supabase.com/docs/guides/auth/auth-hooks", read: "2026-11-30" },
    source: {
      verifier: "standard-webhooks",
      replyStatus: 204,
      replyBody: "none",
      key: ["body:/user/id"],
    },
    secret: {
      en: "It is the secret that the Dashboard generates for the hook.",
      ko: "Dashboard에서 훅에 대해 생성한 시크릿입니다.",
    },
    secretExample: "v1,whsec_<base64>",
    senderTimeoutMs: 5_000,
    notes: [
      {
        en: "Only Send SMS and Send Email can be taken: they go on after a 204. The other hooks wait for a decision in the response.",
        ko: "Send SMS와 Send Email만 받을 수 있으며, 이 훅은 204를 받으면 계속 진행합니다. 다른 훅은 응답에 담긴 결정을 기다립니다.",
      },
    ],
  },
  {
    name: "supabase-database",
    title: "Supabase (database)",
    document: { url: "https://supabase.com/docs/guides/database/webhooks", read: "2026-11-30" },
    source: {
      verifier: "token",
      header: "x-relay-token",
      type: ["body:/type"],
      key: ["body:/record/id", "body:/old_record/id"],
      subject: ["body:/table"],
    },
    secret: {
      en: 'Make a secret, and add `"X-Relay-Token": "<the secret>"` to the headers of the webhook.',
      ko: '시크릿을 직접 만들어 웹훅의 헤더에 `"X-Relay-Token": "<시크릿>"`을 추가합니다.',
    },
    notes: [
      {
        en: "Supabase signs nothing. The key is the row's column `id`: name another column if the table has none.",
        ko: "Supabase는 서명하지 않습니다. 키는 행의 `id` 열입니다. 그 열이 없는 테이블이라면 다른 열을 지정하세요.",
      },
      {
        en: "The last argument of the trigger is its timeout in milliseconds. Make it longer than 1000, and set `DELIVERY_TIMEOUT_MS` below it.",
        ko: "트리거의 마지막 인자는 밀리초 단위 타임아웃입니다. 1000보다 길게 하고 `DELIVERY_TIMEOUT_MS`를 그보다 짧게 설정하세요.",
      },
    ],
  },
];
