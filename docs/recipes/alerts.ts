import type { Recipe } from "./recipe.ts";

/** Monitoring, alerts and infrastructure. */
export const alerts: readonly Recipe[] = [
  {
    name: "alertmanager",
    title: "Prometheus Alertmanager",
    document: {
      url: "https://prometheus.io/docs/alerting/latest/configuration/#webhook_config",
      read: "2026-11-30",
    },
    source: { verifier: "bearer", type: ["body:/status"], key: ["body:/groupKey"] },
    secret: {
      en: "Make a token, and set it as `http_config.authorization.credentials` of the `webhook_config`.",
      ko: "토큰을 직접 만들어 `webhook_config`의 `http_config.authorization.credentials`에 설정합니다.",
    },
    secretExample: "<bearer token>",
    notes: [
      {
        en: "An alert that is repeated without a change has the same body, and therefore the same id. If each repetition must count, set `id` to `call`.",
        ko: "바뀐 것 없이 반복된 알림은 본문이 같으므로 id도 같습니다. 반복을 하나하나 세려면 `id`를 `call`로 설정하세요.",
      },
      {
        en: "With `basic_auth` in `http_config`, use the verifier `basic`.",
        ko: "`http_config`에 `basic_auth`를 쓰면 검증기는 `basic`입니다.",
      },
    ],
  },
  {
    name: "argo-cd",
    title: "Argo CD",
    document: {
      url: "https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/webhook/",
      read: "2026-11-30",
    },
    source: { verifier: "bearer", type: ["body:/type"], key: ["body:/app"] },
    secret: {
      en: "Make a token, and add the header `Authorization` with `Bearer` and the token to `service.webhook.<name>`.",
      ko: "토큰을 직접 만들어 `service.webhook.<이름>`에 `Bearer`와 토큰을 담은 `Authorization` 헤더를 추가합니다.",
    },
    secretExample: "<bearer token>",
    notes: [
      {
        en: "The template decides the body. Write `app` and `type` into it, and set `method: POST` and the header `Content-Type: application/json`: the default method is GET.",
        ko: "본문은 템플릿이 정합니다. 템플릿에 `app`과 `type`을 쓰고 `method: POST`와 `Content-Type: application/json` 헤더를 설정하세요. 기본 메서드는 GET입니다.",
      },
      {
        en: "Argo CD tries again three times after a 5xx, within seconds. Set `DEAD_LETTER_BUCKET`.",
        ko: "Argo CD는 5xx 뒤에 몇 초 안에 세 번 다시 보냅니다. `DEAD_LETTER_BUCKET`을 설정하세요.",
      },
    ],
  },
  {
    name: "azure-event-grid",
    title: "Azure Event Grid",
    document: {
      url: "https://learn.microsoft.com/azure/event-grid/delivery-properties",
      read: "2026-11-30",
    },
    source: {
      verifier: "token",
      header: "x-relay-token",
      challenge: "cloudevents",
      id: ["body:/id"],
      type: ["body:/type"],
      key: ["body:/subject", "body:/source"],
      subject: ["body:/subject"],
    },
    secret: {
      en: "Make a secret, and add it to the event subscription as a static, secret delivery property named `X-Relay-Token`.",
      ko: "시크릿을 직접 만들어 이벤트 구독에 `X-Relay-Token`이라는 static secret 전송 속성(delivery property)으로 추가합니다.",
    },
    notes: [
      {
        en: "Choose the Cloud Event Schema v1.0. Its validation is an `OPTIONS` request, which is answered. The Event Grid Schema sends a validation event instead, whose `validationUrl` you must open by hand.",
        ko: "Cloud Event Schema v1.0을 선택하세요. 이 스키마의 확인 절차인 `OPTIONS` 요청에는 자동으로 응답합니다. Event Grid Schema는 대신 확인 이벤트를 보내므로 그 `validationUrl`을 직접 열어야 합니다.",
      },
      {
        en: "Event Grid signs nothing. A token of Microsoft Entra ID is not verified here: the secret header is the proof.",
        ko: "Event Grid는 서명하지 않습니다. Microsoft Entra ID 토큰은 여기서 검증하지 않으며, 비밀 헤더로 확인합니다.",
      },
    ],
  },
  {
    name: "cloudflare",
    title: "Cloudflare",
    document: {
      url: "https://developers.cloudflare.com/notifications/get-started/configure-webhooks/",
      read: "2026-11-30",
    },
    source: {
      verifier: "token",
      header: "cf-webhook-auth",
      type: ["body:/alert_type"],
      key: ["body:/alert_correlation_id", "body:/policy_id"],
    },
    secret: {
      en: "It is the text that you enter as the Secret of the webhook destination.",
      ko: "웹훅 대상(destination)의 Secret에 입력한 값입니다.",
    },
    notes: [
      {
        en: "Cloudflare sends a test message when the destination is saved. It has only `text`, so its type is `webhook.received`.",
        ko: "Cloudflare는 대상을 저장할 때 시험 메시지를 보냅니다. `text`만 있으므로 type은 `webhook.received`입니다.",
      },
    ],
  },
  {
    name: "datadog",
    title: "Datadog",
    document: { url: "https://docs.datadoghq.com/integrations/webhooks/", read: "2026-11-30" },
    source: {
      verifier: "token",
      header: "x-relay-token",
      id: ["body:/id"],
      type: ["body:/transition"],
      key: ["body:/cycle"],
    },
    secret: {
      en: 'Make a secret, and set the Custom Headers of the webhook to `{ "X-Relay-Token": "<the secret>" }`.',
      ko: '시크릿을 직접 만들어 웹훅의 Custom Headers를 `{ "X-Relay-Token": "<시크릿>" }`으로 설정합니다.',
    },
    senderTimeoutMs: 15_000,
    notes: [
      {
        en: 'The Payload field decides the body. Add `"id": "$ID"`, `"transition": "$ALERT_TRANSITION"` and `"cycle": "$ALERT_CYCLE_KEY"` to it.',
        ko: '본문은 Payload 필드가 정합니다. 여기에 `"id": "$ID"`, `"transition": "$ALERT_TRANSITION"`, `"cycle": "$ALERT_CYCLE_KEY"`를 추가하세요.',
      },
      {
        en: "Datadog tries again after a 5xx, and five times if it cannot connect.",
        ko: "Datadog은 5xx 뒤에 다시 보내며, 연결하지 못하면 다섯 번 다시 시도합니다.",
      },
    ],
  },
  {
    name: "grafana",
    title: "Grafana Alerting",
    document: {
      url: "https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-grafana-alerting-signature",
      timestampHeader: "x-grafana-alerting-timestamp",
      template: "{timestamp}:{body}",
      type: ["body:/status"],
      key: ["body:/groupKey"],
    },
    secret: {
      en: "It is the Secret under HMAC Signature of the contact point. Grafana 12 and later have it.",
      ko: "컨택 포인트의 HMAC Signature에 있는 Secret입니다. Grafana 12부터 있습니다.",
    },
    notes: [
      {
        en: "Enter `X-Grafana-Alerting-Signature` as Header and `X-Grafana-Alerting-Timestamp` as Timestamp Header. Without a Timestamp Header Grafana signs no time.",
        ko: "Header에 `X-Grafana-Alerting-Signature`, Timestamp Header에 `X-Grafana-Alerting-Timestamp`를 입력하세요. Timestamp Header가 없으면 Grafana는 시각에 서명하지 않습니다.",
      },
    ],
  },
  {
    name: "new-relic",
    title: "New Relic",
    document: {
      url: "https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/",
      read: "2026-11-30",
    },
    source: {
      verifier: "token",
      header: "x-relay-token",
      type: ["body:/state"],
      key: ["body:/issueId"],
    },
    secret: {
      en: "Make a secret, and add it to the webhook destination as a custom header named `X-Relay-Token`.",
      ko: "시크릿을 직접 만들어 웹훅 대상(destination)에 `X-Relay-Token`이라는 custom header로 추가합니다.",
    },
    notes: [
      {
        en: 'The template of the workflow decides the body. Add `"issueId": {{json issueId}}` and `"state": {{json state}}` to it.',
        ko: '본문은 워크플로의 템플릿이 정합니다. 여기에 `"issueId": {{json issueId}}`와 `"state": {{json state}}`를 추가하세요.',
      },
    ],
  },
  {
    name: "snyk",
    title: "Snyk",
    document: {
      url: "https://docs.snyk.io/snyk-api/how-to-use-snyk-webhooks-apis/webhooks",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-hub-signature",
      prefix: "sha256=",
      id: ["header:x-snyk-transport-id"],
      type: ["header:x-snyk-event"],
      key: ["body:/project/id", "body:/webhookId"],
    },
    secret: {
      en: "It is the secret that you choose when you create the webhook through the API.",
      ko: "API로 웹훅을 만들 때 정한 시크릿입니다.",
    },
  },
  {
    name: "terraform-cloud",
    title: "HCP Terraform",
    document: {
      url: "https://developer.hashicorp.com/terraform/cloud-docs/workspaces/settings/notifications",
      read: "2026-11-30",
    },
    source: {
      verifier: "hmac",
      header: "x-tfe-notification-signature",
      algorithm: "sha512",
      type: ["body:/notifications/0/trigger"],
      key: ["body:/run_id", "body:/notification_configuration_id"],
    },
    secret: {
      en: "It is the Token of the notification configuration. Without one HCP Terraform signs nothing.",
      ko: "알림 설정의 Token입니다. 없으면 HCP Terraform은 서명하지 않습니다.",
    },
    notes: [
      {
        en: "HCP Terraform sends a test message when the configuration is enabled, and enables it only after a 2xx.",
        ko: "HCP Terraform은 설정을 켤 때 시험 메시지를 보내고, 2xx를 받아야 켭니다.",
      },
    ],
  },
];
