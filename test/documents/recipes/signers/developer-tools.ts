import {
  hmac,
  plainSecrets,
  type Signer,
  shared,
  standardHeaders,
  standardSecrets,
} from "./signer.ts";

const workosBody =
  '{"id":"event_01HBEQSPB90MDAJ9S4ZM0WXCH3","event":"dsync.user.created","data":{"id":"directory_user_01E1X1B89NH8Z3SDFJR4H7RGX7","state":"active"},"created_at":"2021-06-25T19:07:33.155Z"}';

export const developerTools: readonly Signer[] = [
  {
    // https://buildkite.com/docs/apis/webhooks/pipelines#webhook-signature
    name: "buildkite",
    credentials: plainSecrets,
    proof: "body and time",
    proofHeaders: ["x-buildkite-signature"],
    body: '{"event":"build.scheduled","build":{"id":"f62a1b4d-10f9-4790-bc1c-e2c3a0c80983","state":"scheduled"},"pipeline":{"id":"849411f9-9e6d-4739-a0d8-e247088e9b52"},"sender":{"id":"8a7693f8-dbae-4783-9137-84090fce9045","name":"Some Person"}}',
    sign: (body, given) => {
      const signature = hmac("sha256", given, `${given.nowSeconds}.${body}`).toString("hex");
      return {
        "x-buildkite-event": "build.scheduled",
        "x-buildkite-signature": `timestamp=${given.nowSeconds},signature=${signature}`,
      };
    },
    event: {
      id: /^[0-9a-f]{64}$/,
      type: "build.scheduled",
      key: "f62a1b4d-10f9-4790-bc1c-e2c3a0c80983",
    },
  },
  {
    // https://circleci.com/docs/webhooks/#validate-webhooks
    name: "circleci",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["circleci-signature"],
    body: '{"id":"3888f21b-eaa7-38e3-8f3d-75a63bba8895","type":"workflow-completed","happened_at":"2021-09-01T22:49:34.317Z","workflow":{"id":"fda08377-fe7e-46b1-8992-3a7aaecac9c3","name":"build-test-deploy","status":"success"}}',
    sign: (body, given) => ({
      "circleci-event-type": "workflow-completed",
      "circleci-signature": `v1=${hmac("sha256", given, body).toString("hex")}`,
    }),
    event: {
      id: "3888f21b-eaa7-38e3-8f3d-75a63bba8895",
      type: "workflow-completed",
      key: "fda08377-fe7e-46b1-8992-3a7aaecac9c3",
    },
    // The third one is left out: its secret is `secret`, which is a placeholder here.
    vectors: [
      [
        "lalala",
        "another-secret",
        "daa220016c8f29a8b214fbfc3671aeec2145cfb1e6790184ffb38b6d0425fa00",
      ],
      [
        "an-important-request-payload",
        "hunter123",
        "9be2242094a9a8c00c64306f382a7f9d691de910b4a266f67bd314ef18ac49fa",
      ],
    ].map(([body = "", secret = "", signature]) => ({
      url: `https://circleci.com/docs/webhooks/#validate-webhooks, ${body}`,
      ...{ body, secret, nowSeconds: 1_700_000_000 },
      headers: { "content-type": "text/plain", "circleci-signature": `v1=${signature},v2=x,v3=y` },
    })),
  },
  {
    // https://hasura.io/docs/2.0/event-triggers/payload/
    name: "hasura",
    credentials: plainSecrets,
    proof: "credentials",
    proofHeaders: ["x-webhook-secret"],
    body: '{"id":"85558393-c75d-4d2f-9c15-e80591b83894","created_at":"2018-09-05T07:14:21.601701Z","trigger":{"name":"insert_user_trigger"},"table":{"schema":"public","name":"users"},"event":{"session_variables":{"x-hasura-role":"admin"},"op":"INSERT","data":{"old":null,"new":{"id":"42","name":"john doe"}}}}',
    sign: (_, { key }) => ({ "x-webhook-secret": String(key) }),
    event: { id: "85558393-c75d-4d2f-9c15-e80591b83894", type: "insert_user_trigger", key: "42" },
  },
  {
    // https://render.com/docs/webhooks, the body's fields as in https://github.com/render-examples/webhook-receiver
    name: "render",
    credentials: standardSecrets,
    proof: "body and time",
    proofHeaders: ["webhook-signature", "webhook-timestamp"],
    body: '{"type":"deploy_ended","timestamp":"2025-01-01T00:00:00Z","data":{"id":"evt-cph1rs3idesc73a2b2mg","serviceId":"srv-cukouhrtq21c73e9scng","status":"succeeded"}}',
    sign: (body, given) =>
      standardHeaders("webhook", "evt-cph1rs3idesc73a2b2mg", { body, ...given }),
    event: {
      id: "evt-cph1rs3idesc73a2b2mg",
      type: "deploy_ended",
      key: "srv-cukouhrtq21c73e9scng",
    },
  },
  {
    // https://docs.sentry.io/integrations/integration-platform/webhooks/#sentry-hook-signature
    name: "sentry",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["sentry-hook-signature"],
    body: '{"action":"created","installation":{"uuid":"24b5d183-1a94-4a5e-b2bb-bb9e1d4ab3a3"},"data":{"issue":{"id":"1170820242","shortId":"IPE-1"}},"actor":{"type":"application","id":"sentry","name":"Sentry"}}',
    sign: (body, given) => ({
      "request-id": "4f9a1b2c3d4e5f60718293a4b5c6d7e8",
      "sentry-hook-resource": "issue",
      "sentry-hook-timestamp": String(given.nowSeconds),
      "sentry-hook-signature": hmac("sha256", given, body).toString("hex"),
    }),
    event: {
      id: /^4f9a1b2c3d4e5f60718293a4b5c6d7e8-[0-9a-f]{32}$/,
      type: "issue",
      key: "1170820242",
    },
  },
  {
    // https://vercel.com/docs/webhooks/webhooks-api
    name: "vercel",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["x-vercel-signature"],
    body: '{"id":"uev_CzCCuMDTNp9ZyJwKT3DWxEQQ","type":"deployment.created","createdAt":1567024758130,"payload":{"team":{"id":"team_1"},"deployment":{"id":"dpl_1","name":"relay"},"project":{"id":"prj_1"}},"region":"sfo1"}',
    sign: (body, given) => ({ "x-vercel-signature": hmac("sha1", given, body).toString("hex") }),
    event: { id: "uev_CzCCuMDTNp9ZyJwKT3DWxEQQ", type: "deployment.created", key: "dpl_1" },
  },
  {
    // https://workos.com/docs/sso/webhooks: the time is in milliseconds.
    name: "workos",
    credentials: shared("wh_sec_1a2b3c4d5e6f", "wh_sec_0a0b0c0d0e0f", "wh_sec_ffffffffffff"),
    proof: "body and time",
    proofHeaders: ["workos-signature"],
    body: workosBody,
    sign: (body, given) => {
      const time = given.nowSeconds * 1_000;
      const signature = hmac("sha256", given, `${time}.${body}`).toString("hex");
      return { "workos-signature": `t=${time}, v1=${signature}` };
    },
    event: {
      id: "event_01HBEQSPB90MDAJ9S4ZM0WXCH3",
      type: "dsync.user.created",
      key: "directory_user_01E1X1B89NH8Z3SDFJR4H7RGX7",
    },
  },
];
