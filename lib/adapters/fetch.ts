import { chooseSettings } from "../function/choose-settings.ts";
import type { Handler } from "../function/create-handler.ts";
import type { HttpBody } from "../model/call.ts";
import { toBodyText, toHttpReply } from "./http-reply.ts";

/** A web-standard handler. `env` is whatever the server passes beside the request. It never rejects. */
export type FetchHandler = (request: Request, env?: unknown) => Promise<Response>;

/**
 * Adapts a handler to servers that call `fetch(request)` with a Request of the Fetch standard
 * (https://fetch.spec.whatwg.org/#request-class). Settings are the fields of `env` if it holds one of our names, as in
 * Cloudflare Workers, and the environment variables otherwise.
 */
export function onFetch(handle: Handler): FetchHandler {
  return async (request, env) => {
    // URL would throw for a URL without an origin.
    const [, path = "", query = ""] =
      /^(?:\w+:\/\/[^/?#]*)?([^?#]*)\??([^#]*)/.exec(request.url) ?? [];
    const method = request.method.toUpperCase();
    const result = await handle({
      event: {
        kind: "http",
        method,
        path,
        query,
        // The standard lowers names and joins repeated values with `, `.
        headers: new Map(request.headers),
        body: await readBody(request),
      },
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

/** Limit of the bytes that are read: one more than the largest bodyBytesMax, so that a longer body is refused by it. */
const bodyBytesMax = 50_000_001;
/** Limit of the time until the whole body is there. Senders wait for 30 s at most. */
const bodyMsMax = 30_000;

/** Reads the body. One that breaks off, takes too long or was read by others is malformed. */
async function readBody({ body }: Request): Promise<HttpBody> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // A server's own class may give other chunks than bytes, or use their memory again.
  const write = (chunk: Uint8Array, controller: WritableStreamDefaultController) => {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    length += bytes.length;
    if (length >= bodyBytesMax) {
      controller.error();
    }
  };
  try {
    await body?.pipeTo(new WritableStream({ write }), { signal: AbortSignal.timeout(bodyMsMax) });
  } catch {
    if (length < bodyBytesMax) {
      return { kind: "malformed" };
    }
  }
  return { kind: "exact", bytes: Buffer.concat(chunks) };
}
