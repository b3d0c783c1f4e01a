import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "./answer.ts";
import { jsonAnswer } from "./answer.ts";
import { headerText } from "./call.ts";

/**
 * A page of any site can send requests to a loopback port, and a name of its own can be made to point here.
 * The first shows in Origin and Sec-Fetch-Site, the second in Host.
 */
export function guard(headers: IncomingHttpHeaders, port: number): Answer | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  if (!hosts.includes(headerText(headers, "host").toLowerCase())) {
    return forbidden(`the Host header must be one of ${hosts.join(", ")}`);
  }
  const origin = headers["origin"];
  if (origin !== undefined && !hosts.some((host) => origin.toLowerCase() === `http://${host}`)) {
    return forbidden("requests from pages of another origin are refused");
  }
  if (headerText(headers, "sec-fetch-site") === "cross-site") {
    return forbidden("requests that another site starts are refused");
  }
  return undefined;
}

function forbidden(reason: string): Answer {
  return jsonAnswer(403, { error: reason });
}
