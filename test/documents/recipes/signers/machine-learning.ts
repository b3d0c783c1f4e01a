import { hashId, standardWebhooks, whsecKeys } from "./credentials.ts";
import { hmac, plainSecrets, type Signer } from "./signer.ts";

export const machineLearning: readonly Signer[] = [
  {
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
    event: { id: hashId, type: "post_call_transcription", key: "abc" },
  },
  {
    name: "openai",
    credentials: whsecKeys,
    ...standardWebhooks("webhook", "wh_685342e6c53c8190a1be43f081506c52"),
    body: '{"id":"evt_685343a1381c819085d44c354e1b330e","object":"event","created_at":1750287018,"type":"response.completed","data":{"id":"resp_68534326a2c0"}}',
    event: {
      id: "wh_685342e6c53c8190a1be43f081506c52",
      type: "response.completed",
      key: "resp_68534326a2c0",
    },
  },
  {
    name: "replicate",
    credentials: whsecKeys,
    ...standardWebhooks("webhook", "msg_2bxLDsm9uHqLTvZK2xNLmxFVnQA"),
    body: '{"id":"ufawqhfynnddngldkgtslldrkq","status":"succeeded","output":"ok"}',
    event: {
      id: "msg_2bxLDsm9uHqLTvZK2xNLmxFVnQA",
      type: "succeeded",
      key: "ufawqhfynnddngldkgtslldrkq",
    },
  },
];
