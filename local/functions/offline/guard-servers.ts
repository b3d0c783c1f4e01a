// serverless-offline loads this module first. Its servers answer any web page, and name the page's origin as allowed.
// Here every server of the process refuses foreign pages and hosts, and no reply names an origin.

import { type IncomingMessage, Server, type ServerResponse } from "node:http";
import { guard } from "../../http/guard.ts";
import { sendResponse } from "../../http/response.ts";

type Emit = (this: Server, name: string, ...values: unknown[]) => boolean;

const emit: Emit = Server.prototype.emit;
const guarded: Emit = function guarded(name, ...values) {
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
Server.prototype.emit = guarded;

/** hapi sets headers one by one. */
function hideOrigins(response: ServerResponse): void {
  const setHeader = response.setHeader.bind(response);
  response.setHeader = (name, value) =>
    name.toLowerCase().startsWith("access-control-") ? response : setHeader(name, value);
}
