// A sender's delivery over HTTP, verified, becomes one record.
import { systemEffects } from "../lib/effects.ts";
import { relay } from "../lib/relay.ts";
import { onLambda } from "../lib/runtime/lambda.ts";
import { onOpenWhisk } from "../lib/runtime/openwhisk.ts";
import { webhook } from "../lib/triggers/webhook.ts";

const handle = relay(webhook, systemEffects);

export const main = onOpenWhisk(handle);
export const handler = onLambda(handle);
