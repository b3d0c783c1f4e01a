import type { HttpRequest, HttpResponse, Transport } from "../effects/transport.ts";

/** Default limit of a response body, in bytes. A response of the produce API is under 1 KiB. */
const responseBytesMaxDefault = 64 * 1024;

/**
 * Makes exchanges with the platform's own `fetch`, where a platform has no sockets
 * (https://developers.cloudflare.com/workers/runtime-apis/fetch/, read 2026-11-30). `fetch` does not tell whether a failed
 * request was sent, so it may have been.
 */
export const fetchTransport: Transport = async (request) => {
  const { method, url, body, timeoutMs } = request;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      ...{ method, headers: toHeaders(request), signal, redirect: "manual" },
      // The standard refuses a GET or HEAD with a body, even an empty one.
      body: body.length === 0 ? null : body,
    });
    return await readResponse(response, request);
  } catch {
    const cause = signal.aborted ? "timeout" : "connection";
    const code = signal.aborted ? "ETIMEDOUT" : "ECLOSED";
    return { kind: "noResponse", sent: "unknown", cause, code, staleSocket: false };
  }
};

/** Returns the headers. `fetch` writes the length and the host itself. */
function toHeaders({ headers }: HttpRequest): [string, string][] {
  const pairs = headers.flatMap((name, i): [string, string][] =>
    i % 2 === 0 ? [[name, headers[i + 1] ?? ""]] : [],
  );
  return pairs.filter(([name]) => !/^host$/i.test(name));
}

/** Reads at most the requested bytes. `fetch` has removed content codings already. */
async function readResponse(
  { status, headers, body }: Response,
  { responseBytesMax = responseBytesMaxDefault, isBinary = false }: HttpRequest,
): Promise<HttpResponse> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > responseBytesMax) {
      break;
    }
  }
  const bytes = Buffer.concat(chunks).subarray(0, responseBytesMax);
  return {
    ...{ kind: "response", status, headers: Object.fromEntries(headers) },
    body: bytes.toString(isBinary ? "latin1" : "utf8"),
    truncated: length > responseBytesMax,
  };
}
