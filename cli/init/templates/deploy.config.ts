// `npx datastream-relay deploy` reads what is deployed where from this file. Fill it in and commit it. It holds no secrets:
// they come from a file named with --settings, or from the environment.
import type { DeployConfig } from "datastream-relay/deploy";

export const config: DeployConfig = {
  // kr, sg, jp, fin or gov. Data Stream itself is documented for kr only.
  region: "kr",
  // Server > VPC and Subnet in the console. In Korea only subnets of the zone KR-2 are documented to work.
  vpc: { vpcNo: 12345, subnetNo: 67890 },
  functions: {
    webhook: {
      memoryMb: 256,
      apiGateway: { product: "datastream-relay", api: "webhooks", stage: "v1" },
    },
    bucket: {
      // Event rules are made in the Object Storage console. A bucket may have ten triggers.
      events: [{ bucketName: "my-uploads", eventRuleName: "created" }],
    },
    heartbeat: { cron: "*/5 * * * *", settings: { HEARTBEAT_NAME: "every-five-minutes" } },
    redrive: { cron: "*/10 * * * *" },
  },
};
