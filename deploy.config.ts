// `npm run deploy` reads what is deployed where from this file. Fill it in and commit it. It holds no secrets: they come
// from the environment or from a file named with --settings. Another stage is another file: docs/deploy-naver-cloud.md, "Several stages".
import type { DeployConfig } from "./cli/deploy/desired/deployment.ts";

export const config: DeployConfig = {
  // Needed if you use several configurations: deploy.prod.ts and deploy.staging.ts, each with a prefix of its own too.
  name: "prod",
  // kr, sg, jp, fin or gov. Data Stream itself is documented for kr only.
  region: "kr",
  // Server > VPC and Subnet in the console. In Korea only subnets of the zone KR-2 are documented to work.
  vpc: { vpcNo: 12345, subnetNo: 67890 },
  functions: {
    webhook: {
      memoryMb: 256,
      // The names in API Gateway. Each configuration needs an API of its own.
      apiGateway: { product: "datastream-relay", api: "webhooks", stage: "v1" },
    },
    bucket: {
      // Event rules are made in the Object Storage console; a bucket may have ten triggers.
      events: [{ bucketName: "my-uploads", eventRuleName: "created" }],
    },
    // The trigger's schedule, and HEARTBEAT_CRON too.
    heartbeat: { cron: "*/5 * * * *", settings: { HEARTBEAT_NAME: "every-five-minutes" } },
    // Any other trigger. The types and their fields are in docs/deploy-naver-cloud.md, "Triggers of event".
    event: {
      triggers: [
        { type: "insight", links: [{ prodKey: "460438474722512896", ruleGrpId: "123456" }] },
      ],
    },
    redrive: { cron: "*/10 * * * *" },
  },
};
