import { hmac, plainSecrets, type Signer, standardHeaders, standardSecrets } from "./signer.ts";

export const models: readonly Signer[] = [
  {
    // constructEvent of @elevenlabs/elevenlabs-js 2.73
    name: "elevenlabs",
    credentials: plainSecrets,
    proof: "body and time",
    toleranceSeconds: 1_800,
    proofHeaders: ["elevenlabs-signature"],
    body: '{"type":"post_call_transcription","event_timestamp":1739537297,"data":{"agent_id":"xyz","conversation_id":"abc","status":"done"}}',
    sign: (body, given) => {
      const signature = hmac("sha256", given, `${given.nowSeconds}.${body}`).toString("hex");
      return { "elevenlabs-signature": `t=${given.nowSeconds},v0=${signature}` };
    },
    event: { id: /^[0-9a-f]{64}$/, type: "post_call_transcription", key: "abc" },
  },
  {
    // https://platform.openai.com/docs/guides/webhooks
    name: "openai",
    credentials: standardSecrets,
    proof: "body and time",
    proofHeaders: ["webhook-signature", "webhook-timestamp"],
    body: '{"object":"event","id":"evt_685343a1381c819085d44c354e1b330e","type":"response.completed","created_at":1750287018,"data":{"id":"resp_abc123"}}',
    sign: (body, given) => standardHeaders("webhook", "wh_685343a2098c8190", { body, ...given }),
    event: { id: "wh_685343a2098c8190", type: "response.completed", key: "resp_abc123" },
  },
  {
    // https://replicate.com/docs/topics/webhooks/verify-webhook
    name: "replicate",
    credentials: standardSecrets,
    proof: "body and time",
    proofHeaders: ["webhook-signature", "webhook-timestamp"],
    body: '{"id":"ufawqhfynnddngldkgtslldrkq","version":"5c7d5dc6","status":"succeeded","input":{"text":"Alice"},"output":{"text":"hello Alice"},"error":null}',
    sign: (body, given) => standardHeaders("webhook", "msg_p5jXN8AQM9LW", { body, ...given }),
    event: { id: "msg_p5jXN8AQM9LW", type: "succeeded", key: "ufawqhfynnddngldkgtslldrkq" },
  },
];
