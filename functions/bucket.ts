// Objects created or removed in a bucket become one record each.
import { systemEffects } from "../lib/effects.ts";
import { relay } from "../lib/relay.ts";
import { onLambda } from "../lib/runtime/lambda.ts";
import { onOpenWhisk } from "../lib/runtime/openwhisk.ts";
import { bucket } from "../lib/triggers/bucket.ts";

const handle = relay(bucket, systemEffects);

export const main = onOpenWhisk(handle);
export const handler = onLambda(handle);
