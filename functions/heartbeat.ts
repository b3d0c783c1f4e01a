// A cron tick becomes one record that says which tick it is.
import { systemEffects } from "../lib/effects.ts";
import { relay } from "../lib/relay.ts";
import { onLambda } from "../lib/runtime/lambda.ts";
import { onOpenWhisk } from "../lib/runtime/openwhisk.ts";
import { heartbeat } from "../lib/triggers/heartbeat.ts";

const handle = relay(heartbeat, systemEffects);

export const main = onOpenWhisk(handle);
export const handler = onLambda(handle);
