// A cron tick becomes one record that says which tick it is.

import { onEveryPlatform } from "../lib/adapters/every-platform.ts";
import { systemEffects } from "../lib/adapters/system-effects.ts";
import { relay } from "../lib/function/relay.ts";
import { heartbeat } from "../lib/triggers/heartbeat.ts";

export const { main, handler, fetch } = onEveryPlatform(relay(heartbeat, systemEffects));
