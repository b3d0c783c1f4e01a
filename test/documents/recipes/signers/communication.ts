import { generateKeyPairSync, sign as signWith } from "node:crypto";
import {
  basicHeader,
  basicSecrets,
  type Credential,
  type Given,
  hmac,
  plainSecrets,
  type Signer,
  standardHeaders,
  standardSecrets,
} from "./signer.ts";

/** A key pair as SendGrid shows it: the public key in the base64 of its DER. */
function ecdsaPair(): Credential {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    shown: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    key: privateKey,
  };
}

export const communication: readonly Signer[] = [
  {
    // https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation: method, URI,
    // body and time, without anything between. The time is in milliseconds.
    name: "hubspot",
    credentials: plainSecrets,
    proof: "body and time",
    proofHeaders: ["x-hubspot-signature-v3", "x-hubspot-request-timestamp"],
    body: '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]',
    sign: (body, given) => {
      const time = given.nowSeconds * 1_000;
      const signed = `POSThttps://hooks.example.com/hubspot${body}${time}`;
      return {
        "x-hubspot-request-timestamp": String(time),
        "x-hubspot-signature-v3": hmac("sha256", given, signed).toString("base64"),
      };
    },
    event: { id: /^[0-9a-f]{64}#0$/, type: "contact.creation", key: "123" },
  },
  {
    // https://developers.intercom.com/docs/webhooks
    name: "intercom",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["x-hub-signature"],
    body: '{"type":"notification_event","id":"notif_78c122d0-23ba-11e4-9464-79b01267cc2e","topic":"user.created","app_id":"a86dr8yl","data":{"type":"notification_event_data","item":{"type":"user","id":"530370b477ad7120001d","user_id":"25","name":"Hoban Washburne"}}}',
    sign: (body, given) => ({
      "x-hub-signature": `sha1=${hmac("sha1", given, body).toString("hex")}`,
    }),
    event: {
      id: "notif_78c122d0-23ba-11e4-9464-79b01267cc2e",
      type: "user.created",
      key: "530370b477ad7120001d",
    },
  },
  {
    // https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
    name: "sendgrid",
    credentials: [ecdsaPair(), ecdsaPair(), ecdsaPair()],
    proof: "body and time",
    proofHeaders: [
      "x-twilio-email-event-webhook-signature",
      "x-twilio-email-event-webhook-timestamp",
    ],
    body: '[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","timestamp":1600112492}]\r\n',
    sign: (body, { key, nowSeconds }) => {
      const signed = Buffer.from(`${nowSeconds}${body}`);
      if (typeof key === "string" || key instanceof Uint8Array) {
        throw new Error("SendGrid signs with a private key");
      }
      return {
        "x-twilio-email-event-webhook-timestamp": String(nowSeconds),
        "x-twilio-email-event-webhook-signature": signWith("sha256", signed, key).toString(
          "base64",
        ),
      };
    },
    event: {
      id: "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
      type: "dropped",
      key: "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
    },
    vectors: [
      {
        url: "https://github.com/sendgrid/sendgrid-nodejs/blob/main/packages/eventwebhook/src/eventwebhook.spec.js",
        secret:
          "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
        headers: {
          "content-type": "application/json",
          "x-twilio-email-event-webhook-timestamp": "1600112502",
          "x-twilio-email-event-webhook-signature":
            "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=",
        },
        body: '[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n',
        nowSeconds: 1_600_112_510,
      },
    ],
  },
  {
    // https://developer.zendesk.com/documentation/webhooks/verifying/: base64(HMACSHA256(TIMESTAMP + BODY))
    name: "zendesk",
    credentials: plainSecrets,
    proof: "body and time",
    proofHeaders: ["x-zendesk-webhook-signature", "x-zendesk-webhook-signature-timestamp"],
    body: '{"account_id":22129848,"detail":{"id":"5158","status":"OPEN"},"event":{},"event_version":"2022-06-20","id":"cbe4028c-7239-495d-b020-f22348516046","subject":"zen:ticket:5158","time":"2021-03-25T05:09:27Z","type":"zen:event-type:ticket.created"}',
    sign: (body, given) => {
      const time = new Date(given.nowSeconds * 1_000).toISOString().replace(".000Z", "Z");
      return {
        "x-zendesk-webhook-signature-timestamp": time,
        "x-zendesk-webhook-signature": hmac("sha256", given, time + body).toString("base64"),
      };
    },
    event: {
      id: "cbe4028c-7239-495d-b020-f22348516046",
      type: "zen:event-type:ticket.created",
      key: "zen:ticket:5158",
      subject: "zen:ticket:5158",
    },
  },
  {
    // https://postmarkapp.com/developer/webhooks/webhooks-overview
    name: "postmark",
    credentials: basicSecrets,
    proof: "credentials",
    proofHeaders: ["authorization"],
    body: '{"RecordType":"Bounce","MessageID":"883953f4-6105-42a2-a16a-77a8eac79483","MessageStream":"outbound","ServerID":23,"From":"sender@example.com"}',
    sign: (_, given) => basicHeader(given),
    event: {
      id: /^[0-9a-f]{64}$/,
      type: "Bounce",
      key: "883953f4-6105-42a2-a16a-77a8eac79483",
    },
  },
  {
    // https://resend.com/docs/webhooks/verify-webhooks-requests
    name: "resend",
    credentials: standardSecrets,
    proof: "body and time",
    proofHeaders: ["svix-signature", "svix-timestamp"],
    body: '{"type":"email.delivered","created_at":"2024-02-22T23:41:12.126Z","data":{"email_id":"56761188-7520-42d8-8898-ff6fc54ce618","from":"Acme <onboarding@resend.dev>","subject":"Sending this example"}}',
    sign: (body, given) => standardHeaders("svix", "msg_2b8kVtMEmY", { body, ...given }),
    event: {
      id: "msg_2b8kVtMEmY",
      type: "email.delivered",
      key: "56761188-7520-42d8-8898-ff6fc54ce618",
    },
  },
  {
    // https://dev.twitch.tv/docs/eventsub/handling-webhook-events/: id, time and body, without anything between. Times have
    // nanoseconds.
    name: "twitch",
    credentials: plainSecrets,
    proof: "body and time",
    toleranceSeconds: 600,
    proofHeaders: [
      "twitch-eventsub-message-signature",
      "twitch-eventsub-message-id",
      "twitch-eventsub-message-timestamp",
    ],
    body: '{"subscription":{"id":"f1c2a387-161a-49f9-a165-0f21d7a4e1c4","status":"enabled","type":"channel.follow","version":"1","cost":1,"condition":{"broadcaster_user_id":"12826"},"transport":{"method":"webhook","callback":"https://example.com/webhooks/callback"},"created_at":"2019-11-16T10:11:12.634234626Z"},"event":{"user_id":"1337","user_login":"awesome_user","user_name":"Awesome_User","broadcaster_user_id":"12826","broadcaster_user_login":"twitch","broadcaster_user_name":"Twitch"}}',
    sign: (body, given) => twitchHeaders("notification", body, given),
    event: {
      id: "befa7b53-d79d-478f-86b9-120f112b044e",
      type: "channel.follow",
      key: "12826",
    },
    challenge: {
      call: (given) => {
        const body =
          '{"challenge":"pogchamp-kappa-360noscope-vohiyo","subscription":{"id":"f1c2a387-161a-49f9-a165-0f21d7a4e1c4","status":"webhook_callback_verification_pending","type":"channel.follow","version":"1"}}';
        return {
          method: "POST",
          headers: {
            "content-type": "application/json",
            ...twitchHeaders("webhook_callback_verification", body, given),
          },
          body,
        };
      },
      reply: { status: 200, body: "pogchamp-kappa-360noscope-vohiyo" },
    },
  },
];

function twitchHeaders(type: string, body: string, given: Given) {
  const id = "befa7b53-d79d-478f-86b9-120f112b044e";
  const time = new Date(given.nowSeconds * 1_000).toISOString().replace(".000Z", ".000000001Z");
  return {
    "twitch-eventsub-message-id": id,
    "twitch-eventsub-message-timestamp": time,
    "twitch-eventsub-message-type": type,
    "twitch-eventsub-message-signature": `sha256=${hmac("sha256", given, id + time + body).toString("hex")}`,
  };
}
