import type { Effects } from "../effects/effects.ts";
import { fetchTransport } from "../http/fetch-client.ts";
import { systemEffects } from "./system-effects.ts";

/** Cloudflare Workers have this class and Node.js does not, which loads a module when `navigator` is read. */
const isWorker = "WebSocketPair" in globalThis;

/**
 * The effects of a function that also serves web-standard requests. Cloudflare Workers have neither sockets nor a standard
 * output of Node's form (https://developers.cloudflare.com/workers/runtime-apis/web-standards/, read 2026-11-30).
 */
export const webEffects: Effects = isWorker
  ? { ...systemEffects, transport: fetchTransport, write: console.log }
  : systemEffects;
