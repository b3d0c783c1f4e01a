// A sender's verified HTTP delivery becomes one message, or several.
import { onEveryPlatform, relay, webEffects, webhook } from "datastream-relay";
import * as z from "zod/mini";

/** The body that the source `orders` must send. A verified delivery that does not fit is set aside or refused. */
const order = z.object({ order: z.string(), total: z.number() });

export const { main, handler, fetch } = onEveryPlatform(
  relay(webhook({ schemas: { orders: order } }), webEffects),
);
