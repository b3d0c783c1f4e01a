// A cron tick moves dead letters from their bucket back to the topic, oldest first.
import { onEveryPlatform, redrive, systemEffects } from "datastream-relay";

export const { main, handler, fetch } = onEveryPlatform(redrive(systemEffects));
