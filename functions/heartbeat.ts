// A cron tick becomes one record that says which tick it is.

import { onLambda } from "../lib/adapters/aws-lambda.ts";
import { onFetch } from "../lib/adapters/fetch.ts";
import { onOpenWhisk } from "../lib/adapters/openwhisk.ts";
import { systemEffects } from "../lib/adapters/system-effects.ts";
import { relay } from "../lib/function/relay.ts";
import { heartbeat } from "../lib/triggers/heartbeat.ts";

const handle = relay(heartbeat, systemEffects);

export const main = onOpenWhisk(handle);
export const handler = onLambda(handle);
export const fetch = onFetch(handle);
