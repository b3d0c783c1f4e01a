import { redriveDefinition } from "../dead-letters/redrive.ts";
import { bucket } from "../triggers/bucket.ts";
import { event } from "../triggers/event.ts";
import { heartbeat } from "../triggers/heartbeat.ts";
import { webhook } from "../triggers/webhook.ts";
import { register } from "./register.ts";

/** Every function, in the order in which commands and the page show them. Each is built from `functions/<name>.ts`. */
export const functions = {
  webhook: register(webhook(), {
    triggeredBy: "http",
    wantedBy: ["WEBHOOK_SOURCES", "WEBHOOK_SECRETS"],
    secretSettings: ["WEBHOOK_SECRETS"],
  }),
  bucket: register(bucket, { triggeredBy: "object-storage" }),
  heartbeat: register(heartbeat, {
    triggeredBy: "cron",
    schedule: { default: "* * * * *", setting: "HEARTBEAT_CRON" },
  }),
  event: register(event(), { triggeredBy: "any" }),
  redrive: register(redriveDefinition, {
    triggeredBy: "cron",
    schedule: { default: "*/5 * * * *" },
    wantedBy: ["REDRIVE_TOPICS", "REDRIVE_CONCURRENCY", "DEAD_LETTER_BUCKET"],
  }),
};
