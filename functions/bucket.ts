// Objects created or removed in a bucket become one record each.

import { onEveryPlatform } from "../lib/adapters/every-platform.ts";
import { systemEffects } from "../lib/adapters/system-effects.ts";
import { relay } from "../lib/function/relay.ts";
import { bucket } from "../lib/triggers/bucket.ts";

export const { main, handler, fetch } = onEveryPlatform(relay(bucket, systemEffects));
