import { startCloudFunctions } from "/work/wt/teams/local/cloud-functions/server.ts";
const s = await startCloudFunctions({ accessKeys: { ncp_iam_DEPLOYER0000001: "deployer-secret-key-0001" }, port: 4999 });
console.log(s.origin);
