// A cron tick becomes one message that says which tick it is.
import { heartbeat, onEveryPlatform, relay, systemEffects } from "datastream-relay";

export const { main, handler, fetch } = onEveryPlatform(relay(heartbeat, systemEffects));
