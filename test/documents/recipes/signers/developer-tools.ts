import { hmac, plainSecrets, type Signer } from "./signer.ts";

export const developerTools: readonly Signer[] = [
  {
    name: "vercel",
    credentials: plainSecrets,
    proof: "body",
    proofHeaders: ["x-vercel-signature"],
    body: '{"id":"uev_CzCCuMDTNp9ZyJwKT3DWxEQQ","type":"deployment.created","createdAt":1567024758130,"payload":{"team":{"id":"team_1"},"deployment":{"id":"dpl_1","name":"relay"},"project":{"id":"prj_1"}},"region":"sfo1"}',
    sign: (body, given) => ({ "x-vercel-signature": hmac("sha1", given, body).toString("hex") }),
    event: { id: "uev_CzCCuMDTNp9ZyJwKT3DWxEQQ", type: "deployment.created", key: "dpl_1" },
  },
];
