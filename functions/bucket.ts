// Objects created or removed in a bucket become one record each.

import { onLambda } from "../lib/adapters/aws-lambda.ts";
import { onFetch } from "../lib/adapters/fetch.ts";
import { onOpenWhisk } from "../lib/adapters/openwhisk.ts";
import { systemEffects } from "../lib/adapters/system-effects.ts";
import { relay } from "../lib/function/relay.ts";
import { bucket } from "../lib/triggers/bucket.ts";

const handle = relay(bucket, systemEffects);

export const main = onOpenWhisk(handle);
export const handler = onLambda(handle);
export const fetch = onFetch(handle);
