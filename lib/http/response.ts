import type { HttpResponse, NoResponse } from "../effects/transport.ts";

/** Describes a server that speaks another protocol, so that it is not reported as unreachable; undefined otherwise. */
export function otherProtocolOf({ cause, code, sent }: NoResponse): string | undefined {
  if (cause === "protocol") {
    return "the answer is not HTTP/1.1";
  }
  return sent === "never" && /^(EPROTO|ERR_SSL)/.test(code) ? "no TLS connection" : undefined;
}

/** Returns the first value of a header, by name in lower case; undefined without a response or header. */
export function headerOf(response: HttpResponse, name: string): string | undefined {
  const value = response.kind === "response" ? response.headers[name] : undefined;
  return typeof value === "string" ? value : undefined;
}
