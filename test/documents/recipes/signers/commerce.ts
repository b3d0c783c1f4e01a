import { basicHeader, basicSecrets, hmac, plainSecrets, type Signer, shared } from "./signer.ts";

export const commerce: readonly Signer[] = [
  {
    // https://docs.lemonsqueezy.com/help/webhooks/signing-requests
    name: "lemon-squeezy",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["x-signature"],
    body: '{"meta":{"event_name":"order_created"},"data":{"type":"orders","id":"1","attributes":{"store_id":1,"order_number":1,"currency":"USD","total":1199,"status":"paid"}}}',
    sign: (body, given) => ({
      "x-event-name": "order_created",
      "x-signature": hmac("sha256", given, body).toString("hex"),
    }),
    event: { id: /^[0-9a-f]{64}$/, type: "order_created", key: "1" },
  },
  {
    // https://razorpay.com/docs/webhooks/validate-test/ and validateWebhookSignature of razorpay 2.9.8
    name: "razorpay",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["x-razorpay-signature"],
    body: '{"entity":"event","account_id":"acc_BFQ7uQEaa7j2z7","event":"payment.captured","contains":["payment"],"payload":{"payment":{"entity":{"id":"pay_DESlfW9H8K9uqM","entity":"payment","amount":100,"currency":"INR","status":"captured","order_id":"order_DESlLckIVRkHWj"}}},"created_at":1567674606}',
    sign: (body, given) => ({
      "x-razorpay-signature": hmac("sha256", given, body).toString("hex"),
    }),
    event: { id: /^[0-9a-f]{64}$/, type: "payment.captured", key: "order_DESlLckIVRkHWj" },
  },
  {
    // https://developer.squareup.com/docs/webhooks/step3validate: the notification URL and the body, without anything between.
    name: "square",
    credentials: shared(
      "asdf1234-signature-key",
      "qwer5678-signature-key",
      "zxcv9012-signature-key",
    ),
    proof: "body",
    proofHeaders: ["x-square-hmacsha256-signature"],
    body: '{"merchant_id":"6SSW7HV8K2ST5","type":"payment.updated","event_id":"6a8f5f28-54a1-4eb0-a98a-3111513fd4fc","created_at":"2020-02-06T21:27:34.308Z","data":{"type":"payment","id":"KkAkhdMsgzn59SM8A89WgKwekxLZY","object":{"payment":{"id":"hYy9pRFVxpDsO1FB05SunFWUe9JZY","status":"COMPLETED"}}}}',
    sign: (body, given) => ({
      "x-square-hmacsha256-signature": hmac(
        "sha256",
        given,
        `https://hooks.example.com/square${body}`,
      ).toString("base64"),
    }),
    event: {
      id: "6a8f5f28-54a1-4eb0-a98a-3111513fd4fc",
      type: "payment.updated",
      key: "KkAkhdMsgzn59SM8A89WgKwekxLZY",
    },
  },
  {
    // generate_signature of class-wc-webhook.php
    name: "woocommerce",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["x-wc-webhook-signature"],
    body: '{"id":727,"parent_id":0,"status":"processing","currency":"USD","total":"29.35","date_created":"2017-03-22T16:28:02"}',
    sign: (body, given) => ({
      "x-wc-webhook-topic": "order.created",
      "x-wc-webhook-resource": "order",
      "x-wc-webhook-event": "created",
      "x-wc-webhook-id": "3",
      "x-wc-webhook-delivery-id": "9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d",
      "x-wc-webhook-signature": hmac("sha256", given, body).toString("base64"),
    }),
    event: {
      id: /^9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d-[0-9a-f]{32}$/,
      type: "order.created",
      key: "727",
    },
  },
  {
    // https://developer.xero.com/documentation/webhooks/configuring-your-server
    name: "xero",
    credentials: shared(
      "OSd0eLlVIY9ZhViEqlDUh4+6n6M+Lo+eDaEJheJ6OCCgWwIz2D3JIAU6jPMipHRb==",
      "QSd0eLlVIY9ZhViEqlDUh4+6n6M+Lo+eDaEJheJ6OCCgWwIz2D3JIAU6jPMipHRb==",
      "ZSd0eLlVIY9ZhViEqlDUh4+6n6M+Lo+eDaEJheJ6OCCgWwIz2D3JIAU6jPMipHRb==",
    ),
    proof: "body",
    proofHeaders: ["x-xero-signature"],
    body: '{"events":[{"resourceUrl":"https://api.xero.com/api.xro/2.0/Contacts/717f2bfc-c6d4-41fd-b238-3f2f0c0cf777","resourceId":"717f2bfc-c6d4-41fd-b238-3f2f0c0cf777","eventDateUtc":"2024-06-21T01:15:39.902","eventType":"UPDATE","eventCategory":"CONTACT","tenantId":"c2cc9b6e-9458-4c7d-93cc-f02b81b0594f","tenantType":"ORGANISATION"}],"lastEventSequence":1,"firstEventSequence":1,"entropy":"S0m3r4Nd0mt3xt"}',
    sign: (body, given) => ({
      "x-xero-signature": hmac("sha256", given, body).toString("base64"),
    }),
    event: {
      id: /^[0-9a-f]{64}#0$/,
      type: "CONTACT",
      key: "717f2bfc-c6d4-41fd-b238-3f2f0c0cf777",
    },
    replyBody: "",
    challenge: {
      call: (given) => {
        const body =
          '{"events":[],"lastEventSequence":0,"firstEventSequence":0,"entropy":"S0m3r4Nd0mt3xt"}';
        return {
          method: "POST",
          headers: {
            "content-type": "application/json",
            "x-xero-signature": hmac("sha256", given, body).toString("base64"),
          },
          body,
        };
      },
      reply: { status: 200, body: "" },
    },
  },
  {
    // https://www.chargebee.com/docs/billing/2.0/site-configuration/webhook_settings
    name: "chargebee",
    credentials: basicSecrets,
    proof: "credentials",
    proofHeaders: ["authorization"],
    body: '{"id":"ev_16BHbhF4s42tO2lK","occurred_at":1704067200,"source":"admin_console","object":"event","api_version":"v2","event_type":"subscription_created","content":{"subscription":{"id":"16BHbhF4s42tO2lJ","customer_id":"16BHbhF4s42tO2lI","status":"active"}}}',
    sign: (_, given) => basicHeader(given),
    event: { id: "ev_16BHbhF4s42tO2lK", type: "subscription_created", key: "16BHbhF4s42tO2lJ" },
  },
];
