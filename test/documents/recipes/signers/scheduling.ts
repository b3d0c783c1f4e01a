import { hmac, plainSecrets, type Signer, shared } from "./signer.ts";

export const scheduling: readonly Signer[] = [
  {
    // https://cal.com/docs/developing/guides/automation/webhooks
    name: "cal-com",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["x-cal-signature-256"],
    body: '{"triggerEvent":"BOOKING_CREATED","createdAt":"2023-05-24T09:30:00.538Z","payload":{"type":"60min","title":"60min between Pro Example and John Doe","startTime":"2023-05-25T09:30:00Z","uid":"bFJeNb2uX8ANpT3JL5EfXw","bookingId":91,"status":"ACCEPTED"}}',
    sign: (body, given) => ({ "x-cal-signature-256": hmac("sha256", given, body).toString("hex") }),
    event: { id: /^[0-9a-f]{64}$/, type: "BOOKING_CREATED", key: "bFJeNb2uX8ANpT3JL5EfXw" },
  },
  {
    // https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures
    name: "calendly",
    credentials: plainSecrets,
    proof: "body and time",
    proofHeaders: ["calendly-webhook-signature"],
    body: '{"event":"invitee.created","created_at":"2020-11-23T17:51:19.000000Z","created_by":"https://api.calendly.com/users/AAAA","payload":{"uri":"https://api.calendly.com/scheduled_events/GBGB/invitees/AAAB","email":"test@example.com","scheduled_event":{"uri":"https://api.calendly.com/scheduled_events/GBGB"},"status":"active"}}',
    sign: (body, given) => {
      const signature = hmac("sha256", given, `${given.nowSeconds}.${body}`).toString("hex");
      return { "calendly-webhook-signature": `t=${given.nowSeconds},v1=${signature}` };
    },
    event: {
      id: /^[0-9a-f]{64}$/,
      type: "invitee.created",
      key: "https://api.calendly.com/scheduled_events/GBGB",
      subject: "https://api.calendly.com/scheduled_events/GBGB/invitees/AAAB",
    },
  },
  {
    // https://docs.cronofy.com/developers/push-notifications/authentication/: one signature for each active secret
    name: "cronofy",
    credentials: shared(
      "CRN_NggYusqPGLxwjw5FHOJYOqSrTPNXy8WQf14OID",
      "CRN_AggYusqPGLxwjw5FHOJYOqSrTPNXy8WQf14OID",
      "CRN_BggYusqPGLxwjw5FHOJYOqSrTPNXy8WQf14OID",
    ),
    proof: "body",
    proofHeaders: ["cronofy-hmac-sha256"],
    body: '{"notification":{"type":"change","changes_since":"2025-01-17T09:24:16Z"},"channel":{"channel_id":"chn_54cf7c7cb4ad4c1027000001","callback_url":"https://hooks.example.com/cronofy","filters":{"only_managed":false}}}',
    sign: (body, given) => {
      const unknown = hmac("sha256", { key: "CRN_a-secret-that-the-source-does-not-know" }, body);
      const signature = hmac("sha256", given, body);
      const both = [unknown, signature].map((one) => one.toString("base64"));
      return { "cronofy-hmac-sha256": both.join(",") };
    },
    event: { id: /^[0-9a-f]{64}$/, type: "change", key: "chn_54cf7c7cb4ad4c1027000001" },
    vectors: [
      {
        url: "https://docs.cronofy.com/developers/push-notifications/authentication/",
        secret: "CRN_NggYusqPGLxwjw5FHOJYOqSrTPNXy8WQf14OID",
        headers: {
          "content-type": "application/json; charset=utf-8",
          "cronofy-hmac-sha256": "5DxentQi5YSXODEzTVv06sRwJ3pULIz1KrYv20qxEK0=",
        },
        body: '{"example":"well-known"}',
        nowSeconds: 1_700_000_000,
      },
      {
        url: "https://help.cronofy.com/push-notifications/are-push-notifications-secured-or-authenticated-in-any-way",
        secret: "pDY0Oi7TJSP2hfNmZNkm5",
        headers: {
          "content-type": "application/json; charset=utf-8",
          "cronofy-hmac-sha256": "6r2/HjBkqymGegX0wOfifieeUXbbHwtV/LohHS+jv6c=",
        },
        body: '{"example":"well-known"}',
        nowSeconds: 1_700_000_000,
      },
    ],
  },
];
