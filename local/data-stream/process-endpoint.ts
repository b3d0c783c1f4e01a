import { createServer } from "node:http";
import { closeServer, listen } from "../http/listen.ts";
import type { RequestEntry } from "./control/request-log.ts";
import { dispatchApi } from "./dispatch.ts";
import type { Emulator } from "./emulator.ts";

/** A request of the process: its id in the request log, and the record that it left, such as `local-events/0/3`. */
export type OwnRequest = { readonly id: string; readonly cursor?: string };

export type OwnEndpoint = {
  readonly origin: string;
  /** Returns the requests since it was called last, the first first. */
  takeRequests(): readonly OwnRequest[];
  close(): Promise<void>;
};

/** At most this many requests of one process are remembered. Further ones are in the request log alone. */
const requestsMax = 10_000;
const requestTimeoutMs = 30_000;

/**
 * Opens another address of the API for one process, so that its requests are known to be its own. The signature does not
 * cover the host, and no header can be added to a signed request.
 */
export async function openProcessEndpoint(emulator: Emulator): Promise<OwnEndpoint> {
  let requests: OwnRequest[] = [];
  const onRequest = (entry: RequestEntry): void => {
    if (requests.length < requestsMax) {
      requests.push({ id: entry.id, ...toCursor(entry) });
    }
  };
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    dispatchApi({ request, response, onRequest }, emulator).catch((error: unknown) => {
      console.error("the emulator failed on a request of a function:", error);
      response.destroy();
    });
  });
  const port = await listen(server, 0, "127.0.0.1");
  return {
    origin: `http://127.0.0.1:${port}`,
    takeRequests() {
      const taken = requests;
      requests = [];
      return taken;
    },
    close: () => closeServer(server),
  };
}

function toCursor({ topic, partition, offset }: RequestEntry): Omit<OwnRequest, "id"> {
  return offset === undefined ? {} : { cursor: `${topic}/${partition}/${offset}` };
}
