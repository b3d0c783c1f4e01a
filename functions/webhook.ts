// A sender's verified HTTP delivery becomes one record, or several.

import { onLambda } from "../lib/adapters/aws-lambda.ts";
import { onOpenWhisk } from "../lib/adapters/openwhisk.ts";
import { systemEffects } from "../lib/adapters/system-effects.ts";
import { relay } from "../lib/function/relay.ts";
import { webhook } from "../lib/triggers/webhook.ts";

const handle = relay(webhook(), systemEffects);

export const main = onOpenWhisk(handle);
export const handler = onLambda(handle);
