import { chooseSettings } from "../function/choose-settings.ts";
import type { Handler } from "../function/create-handler.ts";
import { toBodyText, toHttpReply } from "./http-reply.ts";
import { readFetchRequest } from "./http-request.ts";

/** A web-standard handler. `env` is whatever the server passes beside the request. It never rejects. */
export type FetchHandler = (request: Request, env?: unknown) => Promise<Response>;

/**
 * Adapts a handler to servers that call `fetch(request)` with a Request of the Fetch standard
 * (https://fetch.spec.whatwg.org/#request-class). Settings are the fields of `env` if it holds one of our names, as in
 * Cloudflare Workers, and the environment variables otherwise.
 */
export function onFetch(handle: Handler): FetchHandler {
  return async (request, env) => {
    const method = request.method.toUpperCase();
    const result = await handle({
      event: await readFetchRequest(request, method),
      settings: chooseSettings(env, process.env),
      invocationId: undefined,
      deadlineMs: undefined,
      isRetried: false,
    });
    const { statusCode, headers, body } = toHttpReply(result);
    const text = method === "HEAD" || body === undefined ? null : toBodyText(body);
    return new Response(text, { status: statusCode, headers });
  };
}
