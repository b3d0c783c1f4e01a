// A cron tick moves dead letters from their bucket back to the stream, oldest first.

import { onLambda } from "../lib/adapters/aws-lambda.ts";
import { onFetch } from "../lib/adapters/fetch.ts";
import { onOpenWhisk } from "../lib/adapters/openwhisk.ts";
import { systemEffects } from "../lib/adapters/system-effects.ts";
import { redrive } from "../lib/dead-letters/redrive.ts";

const handle = redrive(systemEffects);

export const main = onOpenWhisk(handle);
export const handler = onLambda(handle);
export const fetch = onFetch(handle);
