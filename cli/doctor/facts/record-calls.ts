import { producePath } from "../../../lib/data-stream/produce-api.ts";
import type { HttpResponse, Transport } from "../../../lib/effects/transport.ts";
import { managementEndpoint, managementPaths, produceEndpoint } from "../checks/management.ts";

export type RecordedCall = {
  readonly call: string;
  readonly server: "NAVER Cloud" | "other";
  readonly response: HttpResponse;
};

/** One run makes three reads and some attempts at one test message. */
const callsMax = 20;
const calls: readonly string[] = [
  `GET ${producePath}`,
  `GET ${managementPaths.prefix}`,
  `GET ${managementPaths.topics}`,
  `POST ${producePath}`,
];
const origins: readonly string[] = [produceEndpoint, managementEndpoint];

/** Keeps the responses of Data Stream's two APIs, and none of Object Storage. */
export function recordCalls(transport: Transport) {
  const recorded: RecordedCall[] = [];
  const watched: Transport = async (request) => {
    const response = await transport(request);
    const call = `${request.method} ${request.url.pathname}`;
    if (calls.includes(call)) {
      const server = origins.includes(request.url.origin) ? "NAVER Cloud" : "other";
      // The last answer says which acknowledgement fits, so it takes the place of the one before it.
      recorded.splice(callsMax - 1);
      recorded.push({ call, server, response });
    }
    return response;
  };
  return { transport: watched, recorded: recorded as readonly RecordedCall[] };
}
