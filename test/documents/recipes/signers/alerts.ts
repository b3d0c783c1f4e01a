import { hashId, inHeader } from "./credentials.ts";
import { hmac, plainSecrets, type Signer } from "./signer.ts";

export const alerts: readonly Signer[] = [
  {
    name: "alertmanager",
    credentials: plainSecrets,
    ...inHeader("authorization", "Bearer "),
    body: '{"version":"4","groupKey":"{}:{alertname=\\"HighLatency\\"}","truncatedAlerts":0,"status":"firing","receiver":"relay","alerts":[]}',
    event: { id: hashId, type: "firing", key: '{}:{alertname="HighLatency"}' },
  },
  {
    name: "argo-cd",
    credentials: plainSecrets,
    ...inHeader("authorization", "Bearer "),
    body: '{"app":"guestbook","type":"on-sync-succeeded"}',
    event: { id: hashId, type: "on-sync-succeeded", key: "guestbook" },
  },
  {
    name: "azure-event-grid",
    credentials: plainSecrets,
    ...inHeader("x-relay-token"),
    body: '{"specversion":"1.0","type":"Microsoft.Storage.BlobCreated","source":"/subscriptions/1/resourceGroups/Storage","id":"831e1650-001e-001b-66ab-eeb76e069631","time":"2026-11-30T00:00:00.0000000Z","subject":"/blobServices/default/containers/a/blobs/b.txt","data":{"api":"PutBlockList"}}',
    contentType: "application/cloudevents+json; charset=utf-8",
    event: {
      id: "831e1650-001e-001b-66ab-eeb76e069631",
      type: "Microsoft.Storage.BlobCreated",
      key: "/blobServices/default/containers/a/blobs/b.txt",
      subject: "/blobServices/default/containers/a/blobs/b.txt",
    },
    challenge: {
      call: () => ({
        method: "OPTIONS",
        headers: { "webhook-request-origin": "eventgrid.azure.net" },
        body: "",
      }),
      reply: { status: 200, body: "" },
    },
  },
  {
    name: "cloudflare",
    credentials: plainSecrets,
    ...inHeader("cf-webhook-auth"),
    body: '{"account_id":"9035f53656c247e895c5a6939ae8a0e0","alert_correlation_id":"000eaa907ed24e78946d3a93adb2ae57","alert_event":"ALERT_STATE_EVENT_START","alert_type":"health_check_status_notification","data":{},"name":"Example","policy_id":"749b911ea5d04344a58e45edd099b328","text":"The description.","ts":1136214245}',
    event: {
      id: hashId,
      type: "health_check_status_notification",
      key: "000eaa907ed24e78946d3a93adb2ae57",
    },
  },
  {
    name: "datadog",
    credentials: plainSecrets,
    ...inHeader("x-relay-token"),
    body: '{"id":"1234567","transition":"Triggered","cycle":"4321","title":"[Triggered on {host:ip-012345}] Host is Down"}',
    event: { id: "1234567", type: "Triggered", key: "4321" },
  },
  {
    name: "grafana",
    credentials: plainSecrets,
    proof: "body and time",
    proofHeaders: ["x-grafana-alerting-signature", "x-grafana-alerting-timestamp"],
    body: '{"receiver":"relay","status":"firing","orgId":1,"alerts":[],"groupKey":"{}:{}","truncatedAlerts":0}',
    sign: (body, given) => ({
      "x-grafana-alerting-timestamp": String(given.nowSeconds),
      "x-grafana-alerting-signature": hmac("sha256", given, `${given.nowSeconds}:${body}`).toString(
        "hex",
      ),
    }),
    event: { id: hashId, type: "firing", key: "{}:{}" },
  },
  {
    name: "new-relic",
    credentials: plainSecrets,
    ...inHeader("x-relay-token"),
    body: '{"issueId":"fcd3a7f4-7c5a-4f7f-a6e3-3b1f0f6d9b11","state":"ACTIVATED","title":"High CPU"}',
    event: { id: hashId, type: "ACTIVATED", key: "fcd3a7f4-7c5a-4f7f-a6e3-3b1f0f6d9b11" },
  },
  {
    name: "snyk",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["x-hub-signature"],
    body: '{"project":{"id":"6d5813be-7e6d-4ab8-80c2-1e3e2a454545"},"org":{},"group":{},"newIssues":[],"removedIssues":[]}',
    sign: (body, given) => ({
      "x-hub-signature": `sha256=${hmac("sha256", given, body).toString("hex")}`,
      "x-snyk-event": "project_snapshot/v0",
      "x-snyk-transport-id": "998fe884-18a0-45db-8ae0-e379eea3bc0a",
    }),
    event: {
      id: /^998fe884-18a0-45db-8ae0-e379eea3bc0a-[0-9a-f]{32}$/,
      type: "project_snapshot/v0",
      key: "6d5813be-7e6d-4ab8-80c2-1e3e2a454545",
    },
  },
  {
    name: "terraform-cloud",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["x-tfe-notification-signature"],
    body: '{"payload_version":1,"notification_configuration_id":"nc-AeUQ2zfKZzW9TiGZ","run_id":"run-FwnENkvDnrpyFC7M","workspace_id":"ws-XdeUVMWShTesDMME","notifications":[{"message":"Run Canceled","trigger":"run:errored","run_status":"canceled"}]}',
    sign: (body, given) => ({
      "x-tfe-notification-signature": hmac("sha512", given, body).toString("hex"),
    }),
    event: { id: hashId, type: "run:errored", key: "run-FwnENkvDnrpyFC7M" },
  },
];
