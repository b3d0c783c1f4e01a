/** A delivery before it is signed. `{{uuid}}` and `{{ms}}` are filled in when it is sent. */
export type WebhookSample = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const json = { "content-type": "application/json" };

const usual: WebhookSample = {
  headers: json,
  body: '{\n  "type": "order.paid",\n  "order": "A-1",\n  "total": 12.50\n}',
};

/**
 * Our own bodies in the form of each provider. They hold values that a parse would change: 12.50 and numbers of 20
 * digits.
 */
const samples: Readonly<Record<string, WebhookSample>> = {
  github: {
    headers: { ...json, "x-github-event": "push", "x-github-delivery": "{{uuid}}" },
    body: '{\n  "ref": "refs/heads/main",\n  "repository": { "full_name": "octo/demo" },\n  "after": 12345678901234567890\n}',
  },
  stripe: {
    headers: json,
    body: '{\n  "id": "evt_{{uuid}}",\n  "object": "event",\n  "type": "charge.succeeded",\n  "data": { "object": { "id": "ch_1", "amount": 12.50 } }\n}',
  },
  slack: {
    headers: json,
    body: '{\n  "type": "event_callback",\n  "team_id": "T1",\n  "event_id": "Ev{{ms}}",\n  "event": { "type": "message", "channel": "C1", "text": "안녕하세요" }\n}',
  },
  "standard-webhooks": {
    headers: json,
    body: '{\n  "type": "invoice.paid",\n  "timestamp": "2026-11-24T00:00:00Z",\n  "data": { "id": "in_1", "total": 12.50 }\n}',
  },
  line: {
    headers: json,
    body: '{\n  "destination": "U0",\n  "events": [\n    { "type": "message", "webhookEventId": "{{uuid}}", "source": { "type": "user", "userId": "U1" }, "message": { "type": "text", "text": "안녕하세요" } },\n    { "type": "follow", "webhookEventId": "{{uuid}}", "source": { "type": "user", "userId": "U2" } }\n  ]\n}',
  },
  gitlab: {
    headers: { ...json, "x-gitlab-event": "Push Hook", "idempotency-key": "{{uuid}}" },
    body: '{\n  "object_kind": "push",\n  "project": { "path_with_namespace": "octo/demo" }\n}',
  },
  bitbucket: {
    headers: { ...json, "x-event-key": "repo:push", "x-request-uuid": "{{uuid}}" },
    body: '{\n  "repository": { "full_name": "octo/demo" },\n  "push": { "changes": [] }\n}',
  },
  jira: {
    headers: { ...json, "x-atlassian-webhook-identifier": "{{uuid}}" },
    body: '{\n  "timestamp": {{ms}},\n  "webhookEvent": "jira:issue_created",\n  "issue": { "key": "OPS-1" }\n}',
  },
  linear: {
    headers: { ...json, "linear-event": "Issue", "linear-delivery": "{{uuid}}" },
    body: '{\n  "action": "create",\n  "type": "Issue",\n  "data": { "id": "2174add1" },\n  "webhookTimestamp": {{ms}}\n}',
  },
  pagerduty: {
    headers: json,
    body: '{\n  "event": {\n    "id": "{{uuid}}",\n    "event_type": "incident.triggered",\n    "data": { "id": "PGR0VU2" }\n  }\n}',
  },
  shopify: {
    headers: {
      ...json,
      "x-shopify-topic": "orders/create",
      "x-shopify-shop-domain": "relay.myshopify.com",
      "x-shopify-webhook-id": "{{uuid}}",
    },
    body: '{\n  "id": 820982911946154508,\n  "admin_graphql_api_id": "gid://shopify/Order/820982911946154508"\n}',
  },
  paddle: {
    headers: json,
    body: '{\n  "event_id": "evt_{{uuid}}",\n  "event_type": "transaction.paid",\n  "data": { "id": "txn_01" }\n}',
  },
  zoom: {
    headers: json,
    body: '{\n  "event": "meeting.started",\n  "payload": { "account_id": "acc-1", "object": { "id": "111" } }\n}',
  },
  portone: {
    headers: json,
    body: '{\n  "type": "Transaction.Paid",\n  "data": { "storeId": "store-1", "paymentId": "payment-{{ms}}" }\n}',
  },
  meta: {
    headers: json,
    body: '{\n  "object": "whatsapp_business_account",\n  "entry": [{ "id": "102290129340398", "changes": [{ "field": "messages", "value": { "messaging_product": "whatsapp" } }] }]\n}',
  },
  toss: {
    headers: json,
    body: '{\n  "eventType": "payout.changed",\n  "eventId": "{{uuid}}",\n  "entityType": "payout",\n  "entityBody": { "id": "FPA_12345", "amount": { "currency": "KRW", "value": 5000.0 } }\n}',
  },
  chzzk: {
    headers: { ...json, "chzzk-event-message-data-type": "drops_reward_claim" },
    body: '{\n  "version": "1.0",\n  "event": { "version": "1.0", "data": { "claimId": "claim-{{ms}}", "channelId": "909501f0" } }\n}',
  },
  "naver-works": {
    headers: { ...json, "x-works-botid": "2000001" },
    body: '{\n  "type": "message",\n  "source": { "userId": "u-1", "domainId": 40029600 },\n  "content": { "type": "text", "text": "안녕하세요" }\n}',
  },
  kakao: {
    headers: { ...json, "x-kakao-resource-id": "{{uuid}}" },
    body: '{\n  "event": "added",\n  "id": "1234567890",\n  "id_type": "app_user_id"\n}',
  },
  discord: {
    headers: json,
    body: '{\n  "version": 1,\n  "application_id": "1234",\n  "type": 1,\n  "event": {\n    "type": "ENTITLEMENT_CREATE",\n    "timestamp": "2026-11-24T00:00:00Z",\n    "data": { "id": "1", "user_id": "2" }\n  }\n}',
  },
  twilio: {
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "i-twilio-idempotency-token": "{{uuid}}",
    },
    body: "To=%2B821012345678&MessageSid=SM{{ms}}&Body=Order+A-1+%EC%A3%BC%EB%AC%B8&MessageStatus=delivered",
  },
  telegram: {
    headers: json,
    body: '{\n  "update_id": {{ms}},\n  "message": { "message_id": 1365, "chat": { "id": 1111111 }, "text": "안녕하세요" }\n}',
  },
};

export function sampleOf(verifier: string): WebhookSample {
  return (Object.hasOwn(samples, verifier) ? samples[verifier] : undefined) ?? usual;
}
