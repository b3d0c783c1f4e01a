// Objects created or removed in a bucket become one message each.
import { bucket, onEveryPlatform, relay, systemEffects } from "datastream-relay";

export const { main, handler, fetch } = onEveryPlatform(relay(bucket, systemEffects));
