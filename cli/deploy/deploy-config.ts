// The package `datastream-relay/deploy`: the type of a project's deploy.config.ts.

export type { DeployConfig } from "./desired/deployment.ts";
