import { sign } from "node:crypto";
import { firstOfHashId, hashId, hexKeys, ofBody, passwords, rsaKeys } from "./credentials.ts";
import { hmac, plainSecrets, type Signer } from "./signer.ts";

const wiseBody =
  '{"data":{"resource":{"id":49983981,"profile_id":16055450,"account_id":14124090,"type":"transfer"},"current_state":"incoming_payment_waiting","previous_state":null,"occurred_at":"2021-08-23T10:12:50Z"},"subscription_id":"90aa8e14-4ef1-4a56-861c-f3c9cde097ea","event_type":"transfers#state-change","schema_version":"2.0.0","sent_at":"2021-08-23T10:12:50Z"}';

export const moneyAndContracts: readonly Signer[] = [
  {
    name: "adyen-payments",
    credentials: passwords,
    proof: "credentials",
    proofHeaders: ["authorization"],
    body: '{"live":"false","notificationItems":[{"NotificationRequestItem":{"additionalData":{"hmacSignature":"+JWKfq4ynALK+FFzGgHnp1jSMQJMBJeb87dlph24sXw="},"amount":{"currency":"EUR","value":1000},"eventCode":"AUTHORISATION","merchantAccountCode":"TestMerchant","merchantReference":"TestPayment-1407325143704","pspReference":"7914073381342284","success":"true"}}]}',
    sign: (_, { key }) => ({
      authorization: `Basic ${Buffer.from(String(key)).toString("base64")}`,
    }),
    event: { id: firstOfHashId, type: "AUTHORISATION", key: "TestPayment-1407325143704" },
  },
  {
    name: "adyen-platforms",
    credentials: hexKeys,
    ...ofBody("hmacsignature", { encoding: "base64" }),
    body: '{"data":{"balancePlatform":"YOUR_BALANCE_PLATFORM","accountHolder":{"id":"AH3227C223222B5GG4XVV8LJD","status":"Active"}},"environment":"test","type":"balancePlatform.accountHolder.created"}',
    event: {
      id: hashId,
      type: "balancePlatform.accountHolder.created",
      key: "AH3227C223222B5GG4XVV8LJD",
    },
  },
  {
    name: "cashfree",
    credentials: plainSecrets,
    proof: "body and time",
    proofHeaders: ["x-webhook-signature", "x-webhook-timestamp"],
    body: '{"type":"PAYMENT_SUCCESS_WEBHOOK","data":{"order":{"order_id":"order_1"}}}',
    sign: (body, given) => {
      const timestamp = `${given.nowSeconds * 1_000}`;
      return {
        "x-webhook-timestamp": timestamp,
        "x-webhook-signature": hmac("sha256", given, timestamp + body).toString("base64"),
      };
    },
    event: { id: hashId, type: "webhook.received" },
  },
  {
    name: "coinbase-cdp",
    credentials: plainSecrets,
    proof: "body and time",
    proofHeaders: ["x-hook0-signature"],
    body: '{"subscriptionId":"sub_1","eventType":"onchain.activity.detected","network":"base-mainnet"}',
    sign: (body, given) => {
      const names = "content-type x-event-id x-event-type";
      const values = "application/json.evt_1.onchain.activity.detected";
      const { nowSeconds: time } = given;
      const bodyOnly = hmac("sha256", given, `${time}.${body}`).toString("hex");
      const withHeaders = hmac("sha256", given, `${time}.${names}.${values}.${body}`).toString(
        "hex",
      );
      return {
        "x-hook0-signature": `t=${time},v0=${bodyOnly},h=${names},v1=${withHeaders}`,
        "x-event-id": "evt_1",
        "x-event-type": "onchain.activity.detected",
      };
    },
    event: { id: /^evt_1-[0-9a-f]{32}$/, type: "onchain.activity.detected" },
  },
  {
    name: "coinbase-commerce",
    credentials: plainSecrets,
    ...ofBody("x-cc-webhook-signature"),
    body: '{"id":1,"scheduled_for":"2017-01-31T20:50:02Z","event":{"id":"24934862-d980-46cb-9402-43c81b0cdba6","type":"charge:created","api_version":"2018-03-22","data":{"code":"66BEOV2A","name":"The Sovereign Individual"}}}',
    event: {
      id: "24934862-d980-46cb-9402-43c81b0cdba6",
      type: "charge:created",
      key: "66BEOV2A",
    },
  },
  {
    name: "docusign",
    credentials: plainSecrets,
    ...ofBody("x-docusign-signature-1", { encoding: "base64" }),
    body: '{"event":"envelope-completed","apiVersion":"v2.1","uri":"/restapi/v2.1/accounts/1/envelopes/2","retryCount":0,"configurationId":10418598,"generatedDateTime":"2026-11-30T00:00:00.0000000Z","data":{"accountId":"11111111-0000-4000-8000-000000000000","envelopeId":"2f4d3c1b-0000-4000-8000-000000000000"}}',
    event: {
      id: hashId,
      type: "envelope-completed",
      key: "2f4d3c1b-0000-4000-8000-000000000000",
    },
  },
  {
    name: "gocardless",
    credentials: plainSecrets,
    ...ofBody("webhook-signature"),
    body: '{"events":[{"id":"EV123","created_at":"2014-08-03T12:00:00.000Z","action":"confirmed","resource_type":"payments","links":{"payment":"PM123"}}]}',
    event: { id: "EV123", type: "payments", key: "PM123" },
  },
  {
    name: "polar",
    credentials: plainSecrets,
    proof: "body and time",
    proofHeaders: ["webhook-signature", "webhook-timestamp", "webhook-id"],
    body: '{"type":"order.paid","timestamp":"2026-11-30T00:00:00Z","data":{"id":"57107b74-8400-4d80-a2fc-54c2b4239cb3","status":"paid"}}',
    sign: (body, given) => {
      const id = "0195b8c6-0000-7000-8000-000000000001";
      const signed = `${id}.${given.nowSeconds}.${body}`;
      return {
        "webhook-id": id,
        "webhook-timestamp": String(given.nowSeconds),
        "webhook-signature": `v1,${hmac("sha256", given, signed).toString("base64")}`,
      };
    },
    event: {
      id: "0195b8c6-0000-7000-8000-000000000001",
      type: "order.paid",
      key: "57107b74-8400-4d80-a2fc-54c2b4239cb3",
    },
  },
  {
    name: "wise",
    credentials: rsaKeys(),
    proof: "body",
    proofHeaders: ["x-signature-sha256"],
    body: wiseBody,
    sign: (body, { key }) => ({
      "x-signature-sha256": sign("sha256", Buffer.from(body), key as never).toString("base64"),
      "x-delivery-id": "5fcd5d1a-0000-4000-8000-000000000001",
    }),
    event: {
      id: /^5fcd5d1a-0000-4000-8000-000000000001-[0-9a-f]{32}$/,
      type: "transfers#state-change",
      key: "49983981",
    },
    vectors: [
      {
        url: "https://github.com/transferwise/digital-signatures-examples/blob/main/verify-webhook-signature/verify-signature.js",
        secret:
          "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwpb91cEYuyJNQepZAVfPZIlPZfNUefH+n6w9SW3fykqKu938cR7WadQv87oF2VuT+fDt7kqeRziTmPSUhqPUys/V2Q1rlfJuXbE+Gga37t7zwd0egQ+KyOEHQOpcTwKmtZ81ieGHynAQzsn1We3jwt760MsCPJ7GMT141ByQM+yW1Bx+4SG3IGjXWyqOWrcXsxAvIXkpUD/jK/L958CgnZEgz0BSEh0QxYLITnW1lLokSx/dTianWPFEhMC9BgijempgNXHNfcVirg1lPSygz7KqoKUN0oHqWLr2U1A+7kqrl6O2nx3CKs1bj1hToT1+p4kcMoHXA7kA+VBLUpEsVwIDAQAB",
        headers: {
          "content-type": "application/json",
          "x-signature-sha256":
            "wKcKCYXAzxNgiu7xmoDm943NUni7Rz33QN8JkEA9dWSGebgndonabgSj18Y4C08OrwVmueGsED2s00M7DtJVcYKOS1i3G4TMVx+mgM3aL9djMBkQtiYNBFUd6wrPI7ZUNHv/TrlKSjTMc+6JFvUvJ7owY3z85e3I4jLRLJowMFvO8kvCJ60+1pY9wDwZvtZ//WS93LrwGjk9Dvwzpmu0w+P4J75tETT5qC3Uv0y5G2yO8SEoO3yNP/tg/BOli02niHb53vEOUWUb9bly6thnfMoXoiV/osoGxgF20R58RlvkAmezyyl1Sv542TfS2DpiwVnmjjjkCyXeSUcKookYLQ==",
        },
        body: wiseBody,
        nowSeconds: 1_629_713_570,
      },
    ],
  },
];
