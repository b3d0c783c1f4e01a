// An event of any other trigger becomes one record; each message of SNS or SQS becomes one.

import { onEveryPlatform } from "../lib/adapters/every-platform.ts";
import { systemEffects } from "../lib/adapters/system-effects.ts";
import { relay } from "../lib/function/relay.ts";
import { event } from "../lib/triggers/event.ts";

export const { main, handler, fetch } = onEveryPlatform(relay(event(), systemEffects));
