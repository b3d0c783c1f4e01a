// A sender's verified HTTP delivery becomes one record, or several.

import { onLambda } from "../lib/adapters/aws-lambda.ts";
import { onFetch } from "../lib/adapters/fetch.ts";
import { onOpenWhisk } from "../lib/adapters/openwhisk.ts";
import { webEffects } from "../lib/adapters/web-effects.ts";
import { relay } from "../lib/function/relay.ts";
import { webhook } from "../lib/triggers/webhook.ts";

const handle = relay(webhook(), webEffects);

export const main = onOpenWhisk(handle);
export const handler = onLambda(handle);
export const fetch = onFetch(handle);
