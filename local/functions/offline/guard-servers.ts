// serverless-offline loads this module first. Its servers answer any web page, and name the page's origin as allowed.
// Here every server of the process refuses foreign pages and hosts, and no reply names an origin.

import { type IncomingMessage, Server, type ServerResponse } from "node:http";
import { guard } from "../../http/guard.ts";
import { sendResponse } from "../../http/response.ts";

const emit = Server.prototype.emit;

Server.prototype.emit = function guarded(this: Server, name: string, ...values: unknown[]) {
  if (name !== "request" && name !== "checkContinue") {
    return emit.call(this, name, ...values);
  }
  const [request, response] = values as [IncomingMessage, ServerResponse];
  const refused = guard(request.headers, request.socket.localPort ?? 0);
  if (refused !== undefined) {
    sendResponse(request, response, { ...refused, body: `${refused.body}\n` });
    return true;
  }
  hideOrigins(response);
  return emit.call(this, name, ...values);
};

/** hapi sets headers one by one. */
function hideOrigins(response: ServerResponse): void {
  const setHeader = response.setHeader.bind(response);
  response.setHeader = (name, value) =>
    name.toLowerCase().startsWith("access-control-") ? response : setHeader(name, value);
}
