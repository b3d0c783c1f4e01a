import { sign } from "node:crypto";
import { base64Keys, ed25519Keys, firstOfHashId, hashId, inHeader, ofBody } from "./credentials.ts";
import { hmac, plainSecrets, type Signer } from "./signer.ts";

export const messagesAndMail: readonly Signer[] = [
  {
    name: "ably",
    credentials: plainSecrets,
    ...ofBody("x-ably-signature", { encoding: "base64" }),
    body: '{"items":[{"webhookId":"ABcDEf","source":"channel.message","serial":"a7bcdEFghIjklm123456789:4","timestamp":1562124922426,"name":"channel.message","data":{"channelId":"chat-channel-4","site":"eu-west-1-A","messages":[]}}]}',
    event: { id: firstOfHashId, type: "channel.message", key: "chat-channel-4" },
  },
  {
    name: "brevo",
    credentials: plainSecrets,
    ...inHeader("authorization", "Bearer "),
    body: '{"id":26224,"event":"delivered","email":"frank@example.com","message-id":"<201798300811.5787683@relay.example.com>","ts_event":1698238201}',
    event: {
      id: hashId,
      type: "delivered",
      key: "<201798300811.5787683@relay.example.com>",
    },
  },
  {
    name: "kakao-unlink",
    credentials: plainSecrets,
    ...inHeader("authorization", "KakaoAK "),
    body: "app_id=123456&user_id=1234567890&referrer_type=UNLINK_FROM_APPS",
    contentType: "application/x-www-form-urlencoded",
    event: { id: hashId, type: "com.kakao.UNLINK_FROM_APPS", key: "1234567890" },
  },
  {
    // The time is an HTTP date, which Klaviyo's document does not say: libraries of others show it.
    name: "klaviyo",
    credentials: plainSecrets,
    proof: "body and time",
    proofHeaders: ["klaviyo-signature", "klaviyo-timestamp"],
    body: '{"data":[{"external_id":"01KP4928STE8FKCWB6WDHZ4ZB7","topic":"event:klaviyo.opened_email","payload":{"data":{"type":"event","id":"4vRpBT","relationships":{"profile":{"data":{"type":"profile","id":"01GDDKASAP8TKDDA2GRZDSVP4H"}}}}}}],"meta":{"klaviyo_account_id":"AbC123"}}',
    sign: (body, given) => {
      const time = new Date(given.nowSeconds * 1_000).toUTCString();
      return {
        "klaviyo-timestamp": time,
        "klaviyo-signature": hmac("sha256", given, body + time).toString("hex"),
      };
    },
    event: {
      id: "01KP4928STE8FKCWB6WDHZ4ZB7",
      type: "event:klaviyo.opened_email",
      key: "01GDDKASAP8TKDDA2GRZDSVP4H",
    },
  },
  {
    name: "microsoft-teams",
    credentials: base64Keys,
    ...ofBody("authorization", { before: "HMAC ", encoding: "base64" }),
    body: '{"type":"message","id":"1485983408511","timestamp":"2026-11-30T00:00:00.000Z","serviceUrl":"https://smba.trafficmanager.net/amer/","channelId":"msteams","from":{"id":"29:1XJKJMvc5GBtc2JwZq0oj8tHZmzrQgFmB39ATiQWA85gQtHieVkKilBZ9XHoq9j7Zaqt7CZ-NJWi7me2kHTL3Bw","name":"Megan Bowen"},"conversation":{"isGroup":true,"id":"19:253b1f341670408fb6fe51050b6e5ceb@thread.skype;messageid=1485983194839"},"text":"<at>relay</at> hello"}',
    event: {
      id: "1485983408511",
      type: "message",
      key: "19:253b1f341670408fb6fe51050b6e5ceb@thread.skype;messageid=1485983194839",
    },
  },
  {
    name: "pusher",
    credentials: plainSecrets,
    ...ofBody("x-pusher-signature"),
    body: '{"time_ms":1327078148132,"events":[{"name":"channel_occupied","channel":"presence-room"}]}',
    event: { id: firstOfHashId, type: "channel_occupied", key: "presence-room" },
  },
  {
    name: "sendbird",
    credentials: plainSecrets,
    ...ofBody("x-sendbird-signature"),
    body: '{"category":"group_channel:message_send","sender":{"user_id":"jay"},"type":"MESG","payload":{"message_id":7},"channel":{"channel_url":"sendbird_group_channel_1","name":"relay"},"app_id":"00000000-0000-4000-8000-000000000000"}',
    event: {
      id: hashId,
      type: "group_channel:message_send",
      key: "sendbird_group_channel_1",
    },
  },
  {
    name: "telnyx",
    credentials: ed25519Keys(),
    proof: "body and time",
    proofHeaders: ["telnyx-signature-ed25519", "telnyx-timestamp"],
    body: '{"data":{"id":"0ccc7b54-4df3-4bca-a65a-3da1ecc777f0","event_type":"call.answered","occurred_at":"2026-11-30T00:00:00.000Z","payload":{"call_session_id":"ff55a038-6f5d-11ef-9692-02420aeffb1f"},"record_type":"event"}}',
    sign: (body, { key, nowSeconds }) => ({
      "telnyx-timestamp": String(nowSeconds),
      "telnyx-signature-ed25519": sign(
        null,
        Buffer.from(`${nowSeconds}|${body}`),
        key as never,
      ).toString("base64"),
    }),
    event: {
      id: "0ccc7b54-4df3-4bca-a65a-3da1ecc777f0",
      type: "call.answered",
      key: "ff55a038-6f5d-11ef-9692-02420aeffb1f",
    },
  },
  {
    name: "trello",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["x-trello-webhook"],
    body: '{"action":{"id":"51f9424bcd6e040f3c002412","type":"updateCard"},"model":{"id":"4d5ea62fd76aa1136000000c","name":"Trello Development"}}',
    sign: (body, given) => ({
      "x-trello-webhook": hmac("sha1", given, `${body}https://relay.example.com/trello`).toString(
        "base64",
      ),
    }),
    event: {
      id: "51f9424bcd6e040f3c002412",
      type: "updateCard",
      key: "4d5ea62fd76aa1136000000c",
    },
    challenge: {
      call: () => ({ method: "HEAD", headers: {}, body: "" }),
      reply: { status: 200, body: "" },
    },
  },
  {
    name: "x-twitter",
    credentials: plainSecrets,
    ...ofBody("x-twitter-webhooks-signature-oauth2", { before: "sha256=", encoding: "base64" }),
    body: '{"for_user_id":"2244994945","tweet_create_events":[{"id_str":"1"}]}',
    event: { id: hashId, type: "webhook.received", key: "2244994945" },
    challenge: {
      call: () => ({ method: "GET", query: "crc_token=ZDg4NGUy", headers: {}, body: "" }),
      reply: {
        status: 200,
        body: '{"response_token":"sha256=yD8T44tGj+zAEUghClFedKcIsGxMGe55ccN3X6ZnUQo="}',
      },
    },
  },
];
