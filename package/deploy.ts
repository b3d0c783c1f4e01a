// The package `datastream-relay/deploy`: the type of `deploy.config.ts`.

export type { DeployConfig } from "../cli/deploy/desired/deployment.ts";
