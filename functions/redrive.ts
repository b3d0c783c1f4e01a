// A cron tick moves dead letters from their bucket back to the stream, oldest first.

import { onEveryPlatform } from "../lib/adapters/every-platform.ts";
import { systemEffects } from "../lib/adapters/system-effects.ts";
import { redrive } from "../lib/dead-letters/redrive.ts";

export const { main, handler, fetch } = onEveryPlatform(redrive(systemEffects));
