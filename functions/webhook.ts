// A sender's verified HTTP delivery becomes one record, or several.

import { onEveryPlatform } from "../lib/adapters/every-platform.ts";
import { webEffects } from "../lib/adapters/web-effects.ts";
import { relay } from "../lib/function/relay.ts";
import { webhook } from "../lib/triggers/webhook.ts";

export const { main, handler, fetch } = onEveryPlatform(relay(webhook(), webEffects));
