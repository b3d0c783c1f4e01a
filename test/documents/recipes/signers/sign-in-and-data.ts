import {
  hashId,
  inHeader,
  ofBody,
  standardWebhooks,
  versionedWhsecKeys,
  whsecKeys,
} from "./credentials.ts";
import { hmac, plainSecrets, type Signer } from "./signer.ts";

export const signInAndData: readonly Signer[] = [
  {
    name: "auth0-events",
    credentials: plainSecrets,
    ...inHeader("authorization", "Bearer "),
    body: '{"specversion":"1.0","type":"user.created","source":"urn:auth0:example.auth0app.com","id":"evt_1234567890abcdef","time":"2026-11-30T00:00:00.000Z","data":{"object":{"user_id":"auth0|507f1f77bcf86cd799439020"}},"a0tenant":"my-tenant","a0stream":"est_1234567890abcdef"}',
    event: {
      id: "evt_1234567890abcdef",
      type: "user.created",
      key: "auth0|507f1f77bcf86cd799439020",
    },
  },
  {
    name: "auth0-logs",
    credentials: plainSecrets,
    ...inHeader("authorization", "Bearer "),
    body: '[{"log_id":"90020260830112050000","data":{"date":"2026-08-30T11:20:50.000Z","type":"s","client_id":"AaiyAPdpYdesoKnqjj8HJqRn4T5titww","user_id":"auth0|507f1f77bcf86cd799439020"}}]',
    event: { id: "90020260830112050000", type: "s", key: "auth0|507f1f77bcf86cd799439020" },
  },
  {
    name: "clerk",
    credentials: whsecKeys,
    ...standardWebhooks("svix", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
    body: '{"data":{"id":"user_29wBMCtzATuFJut8jO2VNTVekS4","object":"user"},"object":"event","type":"user.created","timestamp":1654012591835,"instance_id":"ins_123"}',
    event: {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      type: "user.created",
      key: "user_29wBMCtzATuFJut8jO2VNTVekS4",
    },
  },
  {
    name: "contentful",
    credentials: plainSecrets,
    proof: "credentials",
    proofHeaders: ["x-relay-token"],
    body: '{"sys":{"type":"Entry","id":"3VMLLcIfAGLlcpYTf7TYGl","space":{"sys":{"id":"yadj1kx9rmg0"}}},"fields":{}}',
    contentType: "application/vnd.contentful.management.v1+json",
    sign: (_, { key }) => ({
      "x-relay-token": String(key),
      "x-contentful-topic": "ContentManagement.Entry.publish",
      "x-contentful-idempotency-key":
        "64d5c5c7b3e4a7f1f3a2b8d8a4e2b9c6c1d0e5f4a3b2c1d0e9f8a7b6c5d4e3f2",
    }),
    event: {
      id: "64d5c5c7b3e4a7f1f3a2b8d8a4e2b9c6c1d0e5f4a3b2c1d0e9f8a7b6c5d4e3f2",
      type: "ContentManagement.Entry.publish",
      key: "3VMLLcIfAGLlcpYTf7TYGl",
    },
  },
  {
    name: "logto",
    credentials: plainSecrets,
    ...ofBody("logto-signature-sha-256"),
    body: '{"hookId":"hook_1","event":"PostSignIn","createdAt":"2026-11-30T00:00:00.000Z","userId":"user_1"}',
    event: { id: hashId, type: "PostSignIn" },
  },
  {
    name: "okta",
    credentials: plainSecrets,
    ...inHeader("authorization"),
    body: '{"eventType":"com.okta.event_hook","eventTypeVersion":"1.0","cloudEventsVersion":"0.1","contentType":"application/json","eventId":"b5a188b9-5ece-4636-b041-482ffda96311","data":{"events":[{"version":"0","actor":{"id":"00u1qw6mqitPHM8AJ0g7","type":"User"},"uuid":"f790999f-fe87-467a-9880-6982a583986c","published":"2018-03-28T22:23:07.777Z","eventType":"user.session.start"}]}}',
    event: {
      id: "f790999f-fe87-467a-9880-6982a583986c",
      type: "user.session.start",
      key: "00u1qw6mqitPHM8AJ0g7",
    },
    status: 204,
    replyBody: "",
    challenge: {
      call: () => ({
        method: "GET",
        headers: { "x-okta-verification-challenge": "My4wLjAtYWxwaGE" },
        body: "",
      }),
      reply: { status: 200, body: '{"verification":"My4wLjAtYWxwaGE"}' },
    },
  },
  {
    name: "persona",
    credentials: plainSecrets,
    proof: "body and time",
    proofHeaders: ["persona-signature"],
    body: '{"data":{"type":"event","id":"evt_XGuTWsLpM1fLbzKHwE6QhZRs","attributes":{"name":"inquiry.approved","payload":{"data":{"type":"inquiry","id":"inq_2CVZ4HyVg7qaboXz2PUHknAn"}},"created-at":"2026-11-30T00:00:00.000Z"}}}',
    sign: (body, given) => {
      const signature = hmac("sha256", given, `${given.nowSeconds}.${body}`).toString("hex");
      return { "persona-signature": `t=${given.nowSeconds},v1=${signature}` };
    },
    event: {
      id: "evt_XGuTWsLpM1fLbzKHwE6QhZRs",
      type: "inquiry.approved",
      key: "inq_2CVZ4HyVg7qaboXz2PUHknAn",
    },
  },
  {
    name: "sanity",
    credentials: plainSecrets,
    proof: "body and time",
    proofHeaders: ["sanity-webhook-signature"],
    body: '{"_id":"resume","_type":"page"}',
    sign: (body, given) => {
      const ms = given.nowSeconds * 1_000;
      const signature = hmac("sha256", given, `${ms}.${body}`).toString("base64url");
      return {
        "sanity-webhook-signature": `t=${ms},v1=${signature}`,
        "sanity-operation": "update",
        "sanity-document-id": "resume",
        "idempotency-key": "delivery-1",
      };
    },
    event: { id: /^delivery-1-[0-9a-f]{32}$/, type: "update", key: "resume" },
  },
  {
    name: "supabase-auth",
    credentials: versionedWhsecKeys,
    ...standardWebhooks("webhook", "a1b2c3d4-0000-4000-8000-000000000001"),
    body: '{"user":{"id":"8484b834-f29e-4af2-bf42-80644d154f76","phone":"+15555550100"},"sms":{"otp":"561166"}}',
    event: {
      id: "a1b2c3d4-0000-4000-8000-000000000001",
      type: "webhook.received",
      key: "8484b834-f29e-4af2-bf42-80644d154f76",
    },
    status: 204,
    replyBody: "",
  },
  {
    name: "supabase-database",
    credentials: plainSecrets,
    ...inHeader("x-relay-token"),
    body: '{"type":"INSERT","table":"profiles","schema":"public","record":{"id":7,"name":"relay"},"old_record":null}',
    event: { id: hashId, type: "INSERT", key: "7", subject: "profiles" },
  },
];
