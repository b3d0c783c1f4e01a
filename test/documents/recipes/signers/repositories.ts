import { hashId, inHeader } from "./credentials.ts";
import { hmac, plainSecrets, type Signer } from "./signer.ts";

const push = '{"ref":"refs/heads/develop","repository":{"id":140,"full_name":"gitea/webhooks"}}';

/** Gogs and its descendants write a bare hex HMAC, and event and delivery in headers of the same prefix. */
function forge(name: string): Signer {
  return {
    name,
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: [`x-${name}-signature`],
    body: push,
    sign: (body, given) => ({
      [`x-${name}-signature`]: hmac("sha256", given, body).toString("hex"),
      [`x-${name}-event`]: "push",
      [`x-${name}-delivery`]: "f6266f16-1bf3-46a5-9ea4-602e06ead473",
    }),
    event: {
      id: /^f6266f16-1bf3-46a5-9ea4-602e06ead473-[0-9a-f]{32}$/,
      type: "push",
      key: "gitea/webhooks",
    },
  };
}

export const repositories: readonly Signer[] = [
  {
    name: "bitbucket-data-center",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["x-hub-signature"],
    body: '{"eventKey":"repo:refs_changed","repository":{"slug":"repository","id":84,"project":{"key":"PROJ"}},"changes":[]}',
    sign: (body, given) => ({
      "x-hub-signature": `sha256=${hmac("sha256", given, body).toString("hex")}`,
      "x-event-key": "repo:refs_changed",
      "x-request-id": "5ef3ee5c-8a9d-4d5e-8a8b-0123456789ab",
    }),
    event: {
      id: /^5ef3ee5c-8a9d-4d5e-8a8b-0123456789ab-[0-9a-f]{32}$/,
      type: "repo:refs_changed",
      key: "84",
    },
  },
  forge("forgejo"),
  forge("gitea"),
  forge("gogs"),
  {
    name: "harbor",
    credentials: plainSecrets,
    ...inHeader("authorization"),
    body: '{"type":"PUSH_ARTIFACT","occur_at":1586922308,"operator":"admin","event_data":{"resources":[{"tag":"latest"}],"repository":{"name":"debian","namespace":"test-webhook","repo_full_name":"test-webhook/debian"}}}',
    event: { id: hashId, type: "PUSH_ARTIFACT", key: "test-webhook/debian" },
  },
  {
    name: "jfrog",
    credentials: plainSecrets,
    ...inHeader("x-jfrog-event-auth"),
    body: '{"domain":"artifact","event_type":"deployed","data":{"repo_key":"docker-local","path":"app/1.0/manifest.json"}}',
    event: { id: hashId, type: "deployed", key: "docker-local" },
  },
  {
    name: "minio",
    credentials: plainSecrets,
    ...inHeader("authorization", "Bearer "),
    body: '{"EventName":"s3:ObjectCreated:Put","Key":"images/a.png","Records":[{"eventSource":"minio:s3"}]}',
    event: { id: hashId, type: "s3:ObjectCreated:Put", key: "images/a.png" },
  },
];
