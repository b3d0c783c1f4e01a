// An event of any other trigger becomes one record; each message of SNS or SQS becomes one.

import { onLambda } from "../lib/adapters/aws-lambda.ts";
import { onFetch } from "../lib/adapters/fetch.ts";
import { onOpenWhisk } from "../lib/adapters/openwhisk.ts";
import { systemEffects } from "../lib/adapters/system-effects.ts";
import { relay } from "../lib/function/relay.ts";
import { event } from "../lib/triggers/event.ts";

const handle = relay(event(), systemEffects);

export const main = onOpenWhisk(handle);
export const handler = onLambda(handle);
export const fetch = onFetch(handle);
