import { secretsInUse } from "./spoken.ts";

export type Bag = Readonly<Record<string, unknown>>;

export const streamSettings = {
  NCLOUD_ACCESS_KEY: secretsInUse.ncloudAccessKey,
  NCLOUD_SECRET_KEY: secretsInUse.ncloudSecretKey,
  DATASTREAM_TOPIC: "orders",
  DATASTREAM_PARTITIONS: 3,
};

/** Everything a function needs, as parameters bound to an action. */
export const bucketSettings = { ...streamSettings };

export const heartbeatSettings = { ...streamSettings, HEARTBEAT_NAME: "nightly" };

export const webhookSettings = {
  ...streamSettings,
  WEBHOOK_SOURCES: {
    github: { verifier: "github" },
    shop: { verifier: "hmac", header: "X-Shop-Signature" },
    alerts: { verifier: "bearer" },
    open: { verifier: "none" },
  },
  WEBHOOK_SECRETS: {
    github: [secretsInUse.github, secretsInUse.githubOld],
    shop: [secretsInUse.hmac],
    alerts: [secretsInUse.bearer],
  },
};

/** Makes settings with one source, `hook`, that accepts anything and has these options. */
export function openSource(options: Bag = {}): Bag {
  return { ...streamSettings, WEBHOOK_SOURCES: { hook: { verifier: "none", ...options } } };
}
