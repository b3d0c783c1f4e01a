import type { IncomingHttpHeaders } from "node:http";
import { isIP, isIPv6 } from "node:net";
import { headerText } from "../data-stream/produce/gateway-request.ts";
import type { OutgoingResponse } from "./response.ts";
import { jsonResponse } from "./response.ts";

type Connection = { readonly localAddress?: string | undefined };

const httpPort = 80;
const loopback = ["127.0.0.1", "localhost", "[::1]"];

/**
 * A page of any site can send requests to a port of this machine, and a name of its own can be made to
 * point here. The first shows in Origin and Sec-Fetch-Site, the second in Host. Beside the names of
 * loopback only `others` are right: each a name for the port that is listened on, or with a port of its own.
 */
export function guard(
  headers: IncomingHttpHeaders,
  port: number,
  others: readonly string[] = [],
): OutgoingResponse | undefined {
  const host = headerText(headers, "host").toLowerCase();
  if (!isAllowed(host, port, others)) {
    const hosts = new Set([...loopback, ...others].map((name) => withPort(name, port)));
    return forbidden(`the Host header must be one of ${[...hosts].join(", ")}`);
  }
  const origin = headers["origin"];
  if (origin !== undefined && !isOwnOrigin(origin.toLowerCase(), port, others)) {
    return forbidden("requests from pages of another origin are refused");
  }
  if (headerText(headers, "sec-fetch-site") === "cross-site") {
    return forbidden("requests that another site starts are refused");
  }
  return undefined;
}

function isOwnOrigin(origin: string, port: number, others: readonly string[]): boolean {
  const scheme = "http://";
  return origin.startsWith(scheme) && isAllowed(origin.slice(scheme.length), port, others);
}

/** A host without a port means HTTP's own. */
function isAllowed(given: string, port: number, others: readonly string[]): boolean {
  const host = withPort(given, httpPort);
  return (
    loopback.some((name) => host === `${name}:${port}`) ||
    others.some((name) => host === withPort(name, port))
  );
}

function withPort(name: string, port: number): string {
  return /:\d{1,5}$/.test(name) ? name : `${name}:${port}`;
}

/**
 * The address that a connection came in on, as it stands in a Host header: IPv6 in brackets, IPv4 without
 * the prefix that a socket of both shows. It is safe to allow: what is an address, no name server points elsewhere.
 */
export function addressOf({ localAddress = "" }: Connection): readonly string[] {
  const plain = localAddress.replace(/^::ffff:(?=\d+\.)/, "").toLowerCase();
  return isIP(plain) === 0 ? [] : [isIPv6(plain) ? `[${plain}]` : plain];
}

function forbidden(reason: string): OutgoingResponse {
  return jsonResponse(403, { error: reason });
}
