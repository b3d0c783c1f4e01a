import { onLambda } from "../../lib/adapters/aws-lambda.ts";
import { onOpenWhisk } from "../../lib/adapters/openwhisk.ts";
import { redrive } from "../../lib/dead-letters/redrive.ts";
import { relay } from "../../lib/function/relay.ts";
import { bucket } from "../../lib/triggers/bucket.ts";
import { heartbeat } from "../../lib/triggers/heartbeat.ts";
import { webhook } from "../../lib/triggers/webhook.ts";

/** The real functions. The simulation gives them effects of its own. */
export const product = { redrive, relay, onLambda, onOpenWhisk, bucket, heartbeat, webhook };

export type Product = typeof product;
