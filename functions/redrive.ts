// A cron tick, and dead letters go from their bucket back onto the stream, oldest first.
import { systemEffects } from "../lib/effects.ts";
import { redrive } from "../lib/redrive.ts";
import { onLambda } from "../lib/runtime/lambda.ts";
import { onOpenWhisk } from "../lib/runtime/openwhisk.ts";

const handle = redrive(systemEffects);

export const main = onOpenWhisk(handle);
export const handler = onLambda(handle);
